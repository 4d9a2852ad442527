--[[
Raises the instants from which on a view's stream is, or will be, complete; what is not there stays away.

Input
  KEYS     stream markers: u8 codec, 7 bytes 0, f64 complete since
  ARGV[1]  the new marker
Output
  how many were raised
]]
local raised = 0
for _, key in ipairs(KEYS) do
  local stored = redis.call('GET', key)
  if stored and string.byte(stored, 1) == 1 and struct.unpack('<d', stored, 9) < struct.unpack('<d', ARGV[1], 9) then
    redis.call('SET', key, ARGV[1])
    raised = raised + 1
  end
end
return raised
