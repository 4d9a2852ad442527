--[[
Says that a view which joined the common reading is complete, once that has come again to where it stood.

Input
  KEYS[1]  the view's catch-up, in the form of begin-rebuild; its offsets: those that the checkpoint must reach
  KEYS[2]  the checkpoint of the view's source, in the form of advance-checkpoint
  KEYS[3]  the stream marker that the view will have
  KEYS[4]  the view's stream marker
Output
  1 complete, 0 not yet, or it is not joining
]]
local stored, checkpoint, marker = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]), redis.call('GET', KEYS[3])
if not stored or not checkpoint or not marker then return 0 end
local _, stage, _, partitions = struct.unpack('<BBI2I4', stored, 1)
local codec, _, _, count = struct.unpack('<BBI2I4', checkpoint, 1)
if stage ~= 3 or codec ~= 1 then return 0 end
for p = 0, partitions - 1 do
  local target, offset = struct.unpack('<d', stored, 9 + 8 * p), -1
  if p < count then offset = struct.unpack('<d', checkpoint, 9 + 8 * p) end
  if offset < target then return 0 end
end
redis.call('SET', KEYS[4], marker)
redis.call('DEL', KEYS[1], KEYS[3])
return 1
