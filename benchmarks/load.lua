-- Sends the requests of one work: `wrk … -s load.lua ADDRESS -- FILE`. FILE has, a line each: method, token (may be
-- empty), 1 for idempotency keys, body (may be empty), then every path. The last line of the output is JSON.
local method, token, keyed, body, paths = nil, nil, nil, nil, {}
local count, run = 0, string.format("%d-%d", os.time(), math.floor(os.clock() * 1e6))

function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
  method, token, keyed, body = unpack(paths, 1, 4)
  for _ = 1, 4 do table.remove(paths, 1) end
end

function request()
  count = count + 1
  local number = run .. "-" .. count
  local headers = {}
  if token ~= "" then headers["Authorization"] = "Bearer " .. token end
  if body ~= "" then headers["Content-Type"] = "application/json" end
  if keyed == "1" then headers["Idempotency-Key"] = "bench-" .. number end
  local sent = body ~= "" and body:gsub("{number}", number) or nil
  return wrk.format(method, paths[count % #paths + 1], headers, sent)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "status_errors": %d, "socket_errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
