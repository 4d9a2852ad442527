--[[
Lets work begin that costs some time of an allowance which all workers share, or says how long to wait.

Input
  KEYS[1]  from when on the allowance is free, ms
  ARGV[1]  the clock, ms
  ARGV[2]  what the work costs, ms
  ARGV[3]  for how long the allowance is kept after that, ms
Output
  0: it may begin, and its cost is taken; else how many ms there are until it can
]]
local now = tonumber(ARGV[1])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
if free > now then
  return math.ceil(free - now)
end
local cost = tonumber(ARGV[2])
redis.call('SET', KEYS[1], string.format('%.0f', now + cost), 'PX', math.ceil(cost + tonumber(ARGV[3])))
return 0
