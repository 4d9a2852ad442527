--[[
Begins the rebuild of a view's stream values in a bucket: from now on nobody writes any but who clears them and catches up.

Input
  KEYS[1]   the view's catch-up: u8 codec, u8 stage (1 clearing, 2 reading, 3 joining), u16 number, u32 partitions, f64 of each
  KEYS[2]   the checkpoint of the view's source, in the form of advance-checkpoint
  KEYS[3..] the markers of the view
  ARGV[1]   '1': also where a rebuild is under way, which then begins anew
Output
  1 begun, 0 one is under way
Notes
  The epoch of the checkpoint is raised: whoever feeds the view from the source's common reading is refused with its next
  write, and learns at the checkpoint which views it feeds. The number is another one than that of the catch-up before.
]]
local stored = redis.call('GET', KEYS[1])
if stored and ARGV[1] ~= '1' then return 0 end
local number = 0
if stored then number = struct.unpack('<I2', stored, 3) end
local header = redis.call('GETRANGE', KEYS[2], 0, 3)
if #header == 4 then
  local epoch = (struct.unpack('<I2', header, 3) + 1) % 65536
  redis.call('SETRANGE', KEYS[2], 2, struct.pack('<I2', epoch))
  number = math.max(number, epoch)
end
redis.call('SET', KEYS[1], struct.pack('<BBI2I4', 1, 1, (number + 1) % 65536, 0))
redis.call('DEL', unpack(KEYS, 3))
return 1
