-- Gives a target of a kind to a job, unless another job has it that may still be running.
--
-- KEYS[1]  hash: target -> job id
-- ARGV[1]  the target
-- ARGV[2]  the id of the job that asks
-- ARGV[3]  the id of a job that is known to have ended; empty: of none
--
-- Returns the id of the job that has the target now.
local holder = redis.call('HGET', KEYS[1], ARGV[1])
if not holder or holder == ARGV[3] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  return ARGV[2]
end
return holder
