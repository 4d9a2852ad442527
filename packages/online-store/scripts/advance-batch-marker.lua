--[[
Moves the batch marker of a view to a finished run, if every chunk of the run has left its receipt.

Input
  KEYS[1]   the marker: u8 codec, 7 bytes 0, f64 cut, f64 run clock, f64 coverage begins
  KEYS[2..] the receipts of the run's chunks
  ARGV[1]   the new marker
Output
  { 1 moved, the stored marker is now this one
    0 not moved, the stored marker is of a newer (cut, run clock) or of another codec
   -1 not moved, receipts are missing: their indexes among the receipts, from 0, follow }
]]
local missing = { -1 }
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 0 then missing[#missing + 1] = i - 2 end
end
if #missing > 1 then return missing end

local stored = redis.call('GET', KEYS[1])
if stored then
  local cut, clock = struct.unpack('<dd', ARGV[1], 9)
  local storedCut, storedClock = struct.unpack('<dd', stored, 9)
  if string.byte(stored, 1) ~= 1 then return { 0 } end
  if storedCut > cut or (storedCut == cut and storedClock > clock) then return { 0 } end
end
redis.call('SET', KEYS[1], ARGV[1])
return { 1 }
