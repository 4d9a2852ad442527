--[[
Raises the instant from which on a view's stream is complete; sets it if there is none.

Input
  KEYS[1]  the marker: u8 codec, 7 bytes 0, f64 complete since
  ARGV[1]  the new marker
Output
  1 the stored marker is now this one, 0 the stored one is as late or later, or of another codec
]]
local stored = redis.call('GET', KEYS[1])
if stored then
  if string.byte(stored, 1) ~= 1 then return 0 end
  if struct.unpack('<d', stored, 9) >= struct.unpack('<d', ARGV[1], 9) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1])
return 1
