--[[
Removes stored values of a view, as long as its catch-up clears.

Input
  KEYS[1]   the view's catch-up, in the form of begin-rebuild
  KEYS[2..] parts of stream values of the view
  ARGV[1]   the number of the catch-up
Output
  1 they are gone, 0 the catch-up is at another stage, or is another one: nothing was removed
]]
local stored = redis.call('GET', KEYS[1])
if not stored then return 0 end
local _, stage, number = struct.unpack('<BBI2', stored, 1)
if stage ~= 1 or number ~= tonumber(ARGV[1]) then return 0 end
redis.call('UNLINK', unpack(KEYS, 2))
return 1
