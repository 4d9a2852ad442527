--[[
Hands a view that has caught up over to the common reading of its source, which reads again what the view lacks.

Input
  KEYS[1]  the view's catch-up, in the form of begin-rebuild; its offsets: the next one to read
  KEYS[2]  the checkpoint of the view's source, in the form of advance-checkpoint
  KEYS[3]  the progress of the view's source, in the form of advance-progress
  ARGV[1]  the number of the catch-up
  ARGV[2]  f64, little-endian: an instant that no partition's progress may have passed (inf: any)
Output
  1 joined, 0 the catch-up is at another stage, or is another one; a checkpoint, or a partition of the catch-up, is missing; or
  progress has passed the instant
Notes
  A checkpoint that is ahead of the catch-up goes back to it: values that have those events know them by their fences. The
  epoch of the checkpoint is raised, so that all who write by it learn that they feed the view too. The catch-up keeps, in the
  place of its offsets, those that the checkpoint must reach again before the view is complete; its number is raised, so that
  who catches up is refused.
]]
local unpack, pack = struct.unpack, struct.pack
local stored, checkpoint = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if not stored or not checkpoint then return 0 end
local _, stage, number, partitions = unpack('<BBI2I4', stored, 1)
if stage ~= 2 or number ~= tonumber(ARGV[1]) then return 0 end
local codec, _, epoch, count = unpack('<BBI2I4', checkpoint, 1)
if codec ~= 1 then return 0 end
local latest, progress = unpack('<d', ARGV[2], 1), redis.call('GET', KEYS[3])
if progress then
  local _, _, _, known = unpack('<BBI2I4', progress, 1)
  for p = 0, known - 1 do
    local instant = unpack('<d', progress, 9 + 8 * p)
    if instant > latest and instant ~= math.huge then return 0 end
  end
end
local offsets, targets = {}, {}
for p = 0, count - 1 do
  local offset = unpack('<d', checkpoint, 9 + 8 * p)
  local caughtUp = -1
  if p < partitions then caughtUp = unpack('<d', stored, 9 + 8 * p) end
  if offset >= 0 and caughtUp < 0 then return 0 end
  targets[p + 1] = pack('<d', offset)
  offsets[p + 1] = pack('<d', math.min(offset, caughtUp))
end
redis.call('SET', KEYS[2], pack('<BBI2I4', 1, 0, (epoch + 1) % 65536, count) .. table.concat(offsets))
redis.call('SET', KEYS[1], pack('<BBI2I4', 1, 3, (number + 1) % 65536, count) .. table.concat(targets))
return 1
