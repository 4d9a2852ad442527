--[[
Ends the clearing of a view's values, and says from where on they are made again.

Input
  KEYS[1]  the view's catch-up, in the form of begin-rebuild
  KEYS[2]  the stream marker that the view will have
  ARGV[1]  the number of the catch-up
  ARGV[2]  u32 partitions, f64 next offset to read of each, little-endian
  ARGV[3]  the marker
Output
  1 started, 0 the catch-up is at another stage, or is another one
]]
local stored = redis.call('GET', KEYS[1])
if not stored then return 0 end
local _, stage, number = struct.unpack('<BBI2', stored, 1)
if stage ~= 1 or number ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], struct.pack('<BBI2', 1, 2, number) .. ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
return 1
