--[[
Moves a checkpoint forward for some partitions, compare-and-set on what the writer last wrote there: all of them or none.

Input
  KEYS[1]  the checkpoint: u8 codec, u8 stage, u16 epoch, u32 partitions, f64 next offset of each (-1: none)
  KEYS[2]  the witness of the writer's flushes, if ARGV[2] is not empty
  ARGV[1]  packed, little-endian: u16 epoch, u32 partitions, then per move u32 partition, f64 expected, f64 next
  ARGV[2]  what the last flush wrote to the witness; empty: nothing was written since the checkpoint was moved last
Output
  { 1 applied or 0 conflict, the value that is stored after the call ('' if there is none) }
Notes
  A conflict is: another offset than the expected one in any named partition, a step back, or another epoch than the stored
  one; where none is stored, another one than 0; or another witness: the server has lost values that were written after
  the checkpoint that it has. The array only grows.
]]
local unpack, pack = struct.unpack, struct.pack
local moves = ARGV[1]
local epoch, partitions, first = unpack('<I2I4', moves, 1)
local stored = redis.call('GET', KEYS[1]) or ''
if ARGV[2] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[2] then return { 0, stored } end
local storedPartitions, stage, storedEpoch = 0, 0, 0
if stored ~= '' then
  local codec
  codec, stage, storedEpoch, storedPartitions = unpack('<BBI2I4', stored, 1)
  if codec ~= 1 then return { 0, stored } end
end
if epoch ~= storedEpoch then return { 0, stored } end

local function offsetOf(partition)
  if partition >= storedPartitions then return -1 end
  return (unpack('<d', stored, 9 + 8 * partition))
end

local at = first
while at <= #moves do
  local partition, expected, nextOffset
  partition, expected, nextOffset, at = unpack('<I4dd', moves, at)
  if offsetOf(partition) ~= expected or nextOffset < expected then return { 0, stored } end
  partitions = math.max(partitions, partition + 1)
end

if stored == '' or partitions > storedPartitions then
  local array = {}
  for p = 0, math.max(partitions, storedPartitions) - 1 do array[p + 1] = pack('<d', offsetOf(p)) end
  redis.call('SET', KEYS[1], pack('<BBI2I4', 1, stage, epoch, #array) .. table.concat(array))
end
at = first
while at <= #moves do
  local partition, _, nextOffset
  partition, _, nextOffset, at = unpack('<I4dd', moves, at)
  redis.call('SETRANGE', KEYS[1], 8 + 8 * partition, pack('<d', nextOffset))
end
return { 1, redis.call('GET', KEYS[1]) or '' }
