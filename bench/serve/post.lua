-- POSTs one body again and again; prints what wrk measured as one line of JSON at the end.
-- BODY: file of the body. TOKENS: file of bearer tokens, one a line, each used once; when the last has been answered
-- the line "used up" is printed and nothing more is sent. CONNECTIONS: as many as wrk has (with TOKENS).

local function whole(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = whole(os.getenv("BODY"))

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } Moment; int clock_gettime(int clock, Moment *now);")
local moment = ffi.new("Moment")
local function seconds()
  ffi.C.clock_gettime(1, moment) -- CLOCK_MONOTONIC
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) * 1e-9
end

local tokens = {}
local next_token = 0 -- wrk asks for one request before the run, only to look at it
local idle = 0
local begun
elapsed = 0

local function with_token(token)
  wrk.headers["Authorization"] = "Bearer " .. token
  return wrk.format()
end

if os.getenv("TOKENS") then
  for line in io.lines(os.getenv("TOKENS")) do
    tokens[#tokens + 1] = line
  end
  local connections = tonumber(os.getenv("CONNECTIONS"))
  request = function()
    if next_token == 0 then
      next_token = 1
      return with_token(tokens[1])
    end
    begun = begun or seconds()
    local token = tokens[next_token]
    next_token = next_token + 1
    if token then
      return with_token(token)
    end
    idle = idle + 1
    if idle == connections then
      elapsed = seconds() - begun
      io.write("used up\n")
      io.flush()
    end
    return "" -- this connection has had its last answer
  end
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local own = threads[1]:get("elapsed")
  local errors = summary.errors
  io.write(string.format(
    '{"calls":%d,"seconds":%.6f,"bytes":%d,"p50_ms":%.4f,"p99_ms":%.4f,"max_ms":%.4f,"refused":%d,"broken":%d}\n',
    summary.requests, own and own > 0 and own or summary.duration * 1e-6, summary.bytes,
    latency:percentile(50) * 1e-3, latency:percentile(99) * 1e-3, latency.max * 1e-3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
