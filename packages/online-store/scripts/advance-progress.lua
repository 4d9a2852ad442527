--[[
Raises the progress of some partitions; a partition that is already further stays.

Input
  KEYS[1]  the progress: u8 codec, u8 0, u16 epoch, u32 partitions, f64 instant of each (0: nothing known,
           inf: there is no such partition)
  KEYS[2]  the checkpoint, in the same form with the next offset of each (-1: none); its epoch is its own
  ARGV[1]  packed, little-endian: u16 epoch, u32 partitions, then per partition reached: u32 partition, f64 instant,
           f64 the offset before which lies all that had arrived by then (-1: not to be compared)
  ARGV[2]  packed: per range of numbers in the array that no partition has: u32 its first, u32 the one after its last
Output
  1 raised (or already as far), 0 refused, nothing was changed: the stored epoch is newer, the stored value is of another
  codec, or the checkpoint of a partition is before the offset, so that the values do not hold what progress would promise
Notes
  A newer epoch starts over with every partition at 0. The array only grows.
]]
local unpack, pack = struct.unpack, struct.pack
local reached = ARGV[1]
local epoch, partitions, first = unpack('<I2I4', reached, 1)
local stored = redis.call('GET', KEYS[1]) or ''
local storedPartitions = 0
if stored ~= '' then
  local codec, _, storedEpoch, count = unpack('<BBI2I4', stored, 1)
  if codec ~= 1 or epoch < storedEpoch then return 0 end
  if epoch == storedEpoch then storedPartitions = count end
end

local absent, range = {}, 1
while range <= #ARGV[2] do
  local from, to
  from, to, range = unpack('<I4I4', ARGV[2], range)
  for p = from, to - 1 do absent[p] = true end
end

local function instantOf(partition)
  if partition >= storedPartitions then return absent[partition] and math.huge or 0 end
  return (unpack('<d', stored, 9 + 8 * partition))
end

local checkpoint, checkpointed = nil, 0
local function checkpointOf(partition)
  if checkpoint == nil then
    checkpoint = redis.call('GET', KEYS[2]) or ''
    if checkpoint ~= '' then
      local codec, _, _, count = unpack('<BBI2I4', checkpoint, 1)
      if codec == 1 then checkpointed = count end
    end
  end
  if partition >= checkpointed then return -1 end
  return (unpack('<d', checkpoint, 9 + 8 * partition))
end

local at = first
while at <= #reached do
  local partition, _, offset
  partition, _, offset, at = unpack('<I4dd', reached, at)
  if offset >= 0 and checkpointOf(partition) < offset then return 0 end
  partitions = math.max(partitions, partition + 1)
end
if storedPartitions == 0 or partitions > storedPartitions then
  local array = {}
  for p = 0, math.max(partitions, storedPartitions) - 1 do array[p + 1] = pack('<d', instantOf(p)) end
  redis.call('SET', KEYS[1], pack('<BBI2I4', 1, 0, epoch, #array) .. table.concat(array))
end
-- partitions that were added since the array was made
if ARGV[2] ~= '' then
  for p = 0, storedPartitions - 1 do
    if not absent[p] and instantOf(p) == math.huge then redis.call('SETRANGE', KEYS[1], 8 + 8 * p, pack('<d', 0)) end
  end
end
at = first
while at <= #reached do
  local partition, instant, _
  partition, instant, _, at = unpack('<I4dd', reached, at)
  local before = instantOf(partition)
  if instant > before or before == math.huge then
    redis.call('SETRANGE', KEYS[1], 8 + 8 * partition, pack('<d', instant))
  end
end
return 1
