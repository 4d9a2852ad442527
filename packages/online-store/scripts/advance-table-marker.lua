--[[
Moves the marker of a table view to a finished run, if every chunk of the run has left its receipt.

Input
  KEYS[1]   the marker: u8 codec, 7 bytes 0, f64 tick, f64 run clock, f64 rows and u64 hash of the digest
  KEYS[2..] the receipts of the run's chunks
  ARGV[1]   the new marker
  ARGV[2]   f64 the tick whose values the run added to; −∞: it wrote every value
Output
  { 1 moved, the stored marker is now this one
    0 not moved, the stored marker is of a newer (tick, run clock) or of another codec
   -1 not moved, receipts are missing: their indexes among the receipts, from 0, follow
   -2 not moved, the stored marker is not there or before the tick that the run added to }
]]
local missing = { -1 }
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then missing[#missing + 1] = i - 2 end
end
if #missing > 1 then return missing end

local base = struct.unpack('<d', ARGV[2])
local stored = redis.call('GET', KEYS[1])
if stored then
  local tick, clock = struct.unpack('<dd', ARGV[1], 9)
  local storedTick, storedClock = struct.unpack('<dd', stored, 9)
  if string.byte(stored, 1) ~= 1 then return { 0 } end
  if storedTick > tick or (storedTick == tick and storedClock > clock) then return { 0 } end
  if storedTick < base then return { -2 } end
elseif base ~= -math.huge then
  return { -2 }
end
redis.call('SET', KEYS[1], ARGV[1])
return { 1 }
