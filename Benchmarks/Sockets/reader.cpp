// The cheap other side of the WebSocket benchmark: opens N connections, subscribes each, then reads frames as fast as they come and checks that no
// sequence number is missing. One thread, epoll, no JSON parser: it must not be what is measured.
//   c++ -O2 -std=c++20 reader.cpp -o reader ; reader PORT CONNECTIONS HEADERS_FILE COMMAND_FILE
// Prints "ready" when all are subscribed, and one JSON line when all have ended or nothing came for three seconds.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

static uint64_t now(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static std::string contents(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Connection {
  int socket = -1;
  bool isUp = false;
  bool isSubscribed = false;
  uint64_t lastSequence = 0;
  std::string rest;
};

// The number behind `key` in a frame of ours; 0 where there is none.
static uint64_t number(const char* begin, size_t length, const char* key, size_t keyLength) {
  auto at = static_cast<const char*>(memmem(begin, length, key, keyLength));
  if (!at) return 0;
  uint64_t value = 0;
  for (at += keyLength; at < begin + length && *at >= '0' && *at <= '9'; at++) value = value * 10 + (*at - '0');
  return value;
}

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const int port = atoi(arguments[1]), connections = atoi(arguments[2]);
  const std::string headers = contents(arguments[3]), command = contents(arguments[4]);
  std::vector<Connection> all(connections);
  const int poll = epoll_create1(0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  for (int i = 0; i < connections; i++) {
    all[i].socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(all[i].socket, reinterpret_cast<sockaddr*>(&address), sizeof address)) return perror("connect"), 1;
    const std::string request = "GET /trade-api/ws/v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + headers + "\r\n";
    if (write(all[i].socket, request.data(), request.size()) < 0) return 1;
    fcntl(all[i].socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = i;
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
  }
  // A masked text frame; the mask is zero.
  std::string subscribe = "\x81";
  subscribe += char(0x80 | 126);
  subscribe += char(command.size() >> 8);
  subscribe += char(command.size() & 255);
  subscribe += std::string(4, '\0') + command;

  uint64_t frames = 0, bytes = 0, gaps = 0, errors = 0, first = 0, last = 0;
  int open = connections, subscribed = 0;
  std::vector<uint32_t> latencies;  // in microseconds, of one frame a read
  latencies.reserve(1 << 22);
  static char buffer[1 << 18];
  epoll_event events[64];
  while (open) {
    const int ready = epoll_wait(poll, events, 64, 3000);
    if (ready == 0 && subscribed == connections && first) break;
    for (int e = 0; e < ready; e++) {
      Connection& c = all[events[e].data.u32];
      const ssize_t got = read(c.socket, buffer, sizeof buffer);
      if (got <= 0) {
        if (got < 0 && errno == EAGAIN) continue;
        close(c.socket);
        open--;
        continue;
      }
      const char* at = buffer;
      const char* end = buffer + got;
      if (!c.rest.empty()) {
        c.rest.append(buffer, got);
        at = c.rest.data();
        end = at + c.rest.size();
      }
      if (!c.isUp) {
        auto head = static_cast<const char*>(memmem(at, end - at, "\r\n\r\n", 4));
        if (!head) {
          if (c.rest.empty()) c.rest.assign(at, end - at);
          continue;
        }
        if (strncmp(at + 9, "101", 3)) return fprintf(stderr, "%.*s\n", int(head - at), at), 1;
        at = head + 4;
        c.isUp = true;
        if (write(c.socket, subscribe.data(), subscribe.size()) < 0) return 1;
      }
      bool isTimed = false;
      while (end - at >= 2) {
        uint64_t length = at[1] & 127;
        size_t header = 2;
        if (length == 126) {
          if (end - at < 4) break;
          length = uint8_t(at[2]) << 8 | uint8_t(at[3]);
          header = 4;
        } else if (length == 127) {
          if (end - at < 10) break;
          length = 0;
          for (int i = 2; i < 10; i++) length = length << 8 | uint8_t(at[i]);
          header = 10;
        }
        if (uint64_t(end - at) < header + length) break;
        const char* frame = at + header;
        if ((at[0] & 15) == 1) {
          const uint64_t sequence = number(frame, std::min<uint64_t>(length, 90), "\"seq\":", 6);
          if (sequence) {
            if (sequence != c.lastSequence + 1) gaps++;
            c.lastSequence = sequence;
          }
          if (!memcmp(frame, "{\"type\":\"orderbook_delta\"", 25)) {
            if (!first) first = now(CLOCK_MONOTONIC);
            frames++;
            bytes += header + length;
            if (!isTimed) {  // the newest of this read is not older than its first
              isTimed = true;
              const uint64_t sent = number(frame + 200, length - 200, "\"ts_ms\":", 8);
              const uint64_t wall = now(CLOCK_REALTIME) / 1000000;
              if (sent) latencies.push_back(wall > sent ? uint32_t((wall - sent) * 1000) : 0);
            }
          } else if (!memcmp(frame, "{\"type\":\"error\"", 15)) {
            errors++;
          } else if (!c.isSubscribed && !memcmp(frame, "{\"type\":\"subscribed\"", 20)) {
            c.isSubscribed = true;
            if (++subscribed == connections) {
              printf("ready\n");
              fflush(stdout);
            }
          }
        }
        at += header + length;
      }
      last = now(CLOCK_MONOTONIC);
      std::string rest(at, end - at);
      c.rest.swap(rest);
    }
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::sort(latencies.begin(), latencies.end());
  auto at = [&](double share) { return latencies.empty() ? 0 : latencies[size_t(share * (latencies.size() - 1))] / 1000; };
  printf("{\"frames\":%llu,\"bytes\":%llu,\"seconds\":%.3f,\"gaps\":%llu,\"errors\":%llu,\"p50_ms\":%u,\"p99_ms\":%u,\"reader_cpu\":%.3f}\n",
         (unsigned long long)frames, (unsigned long long)bytes, (last - first) / 1e9, (unsigned long long)gaps, (unsigned long long)errors, at(0.5), at(0.99),
         usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6);
}
