--[[
Writes the values of a table view for many entities; a stored value whose newest row is later stays.

Input
  KEYS     part `v` of each entity
  ARGV[1]  packed, little-endian: f64 how long a value lives after the event time of its newest row, in ms (+∞: for ever),
           f64 the tick up to which stored values are replaced whatever their row (−∞: none), then per entity u32 size and the
           bytes of the value, whose newest row has its first tick at byte 8, its event time at 16 and its known at at 24
Output
  the number of values that were not written because the stored one is later
Notes
  A stored value that is too short, or of another codec, is replaced. One that is past its time when it is written is gone.
]]
local call, unpack, sub, data, KEYS = redis.call, struct.unpack, string.sub, ARGV[1], KEYS
local keep, replaced, at = unpack('<dd', data, 1)
local later = 0
for i = 1, #KEYS do
  local value
  value, at = unpack('<I4c0', data, at)
  local event, known = unpack('<dd', value, 17)
  local stored = call('GETRANGE', KEYS[i], 0, 31)
  local write = true
  if #stored == 32 and string.byte(stored, 1) == 1 and sub(stored, 17) ~= sub(value, 17, 32) then
    local storedFrom, storedEvent, storedKnown = unpack('<ddd', stored, 9)
    write = storedFrom <= replaced or event > storedEvent or (event == storedEvent and known >= storedKnown)
  end
  if not write then
    later = later + 1
  elseif keep == math.huge then
    call('SET', KEYS[i], value)
  else
    call('SET', KEYS[i], value, 'PXAT', string.format('%.0f', math.max(1, event + keep)))
  end
end
return later
