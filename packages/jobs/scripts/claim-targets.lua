-- Gives targets of a kind to a job: all of them, or none if another job has one that may still be running.
--
-- KEYS[1]  hash: target -> job id
-- ARGV[1]  the id of the job that asks
-- ARGV[2]  how many targets
-- ARGV[3…] the targets, then the ids of jobs that are known to have ended
--
-- Returns the ids of other jobs that have one; empty: the job has them all.
local job = ARGV[1]
local count = tonumber(ARGV[2])
local ended = {}
for i = 3 + count, #ARGV do ended[ARGV[i]] = true end
local holders = {}
for i = 3, 2 + count do
  local holder = redis.call('HGET', KEYS[1], ARGV[i])
  if holder and holder ~= job and not ended[holder] then holders[#holders + 1] = holder end
end
if #holders == 0 then
  for i = 3, 2 + count do redis.call('HSET', KEYS[1], ARGV[i], job) end
end
return holders
