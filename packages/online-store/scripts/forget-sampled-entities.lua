--[[
Takes entities out of those that are sampled, unless they have changed meanwhile.

Input
  KEYS[1]  the entities of a view: a sorted set, by when they changed last
  ARGV     an entity and when it had changed, again and again
Output
  how many were taken out
]]
local gone = 0
for i = 1, #ARGV, 2 do
  local changed = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if changed and tonumber(changed) == tonumber(ARGV[i + 1]) then
    gone = gone + redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return gone
