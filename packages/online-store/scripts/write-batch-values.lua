--[[
Writes the batch values of many entities; a stored value of a newer (cut, run clock) stays.

Input
  KEYS     part `b`, or `0` or `1`, of each entity
  ARGV[1]  packed, little-endian: f64 expiry (ms since the epoch), then per entity u32 size and the bytes of the value,
           which holds its cut at byte 8 and its run clock at byte 16
Output
  the number of values that were not written because the stored one is newer
Notes
  A stored value that is too short to hold the two instants is replaced.
]]
local call, unpack, data, KEYS = redis.call, struct.unpack, ARGV[1], KEYS
local expiry, at = unpack('<d', data, 1)
local older = 0
for i = 1, #KEYS do
  local value
  value, at = unpack('<I4c0', data, at)
  local stored = call('GETRANGE', KEYS[i], 8, 23)
  local write = true
  if #stored == 16 and stored ~= string.sub(value, 9, 24) then
    local cut, clock = unpack('<dd', value, 9)
    local storedCut, storedClock = unpack('<dd', stored, 1)
    write = cut > storedCut or (cut == storedCut and clock >= storedClock)
  end
  if write then call('SET', KEYS[i], value, 'PXAT', expiry) else older = older + 1 end
end
return older
