// order_load: as many signed orders as an exchange on the loopback takes, over connections that stay open; each waits for its answer before it sends the next.
//
//   order_load PORT CONNECTIONS SECONDS TICKER[,TICKER...] HEADERS gtc|ioc
//
// HEADERS is a file of pre-signed header blocks, one a line, their lines joined by '|'; they are used in turn. Every order has a client id of its own.
// Prints one line of JSON: orders taken a second, answers that were no 201, and the time from sending to the whole answer.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most_connections = 1024, most_blocks = 1024, most_tickers = 256, buffer_size = 16384, buckets = 100000 };

struct connection {
    int socket;
    int have;
    uint64_t sent;
    char in[buffer_size];
};

static struct connection connections[most_connections];
static char *blocks[most_blocks], *tickers[most_tickers];
static int block_count, ticker_count;
static uint64_t serial, created, refused, histogram[buckets];
static const char *time_in_force = "good_till_canceled";
static char last_refusal[512];

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void send_order(struct connection *c) {
    char body[512], out[4096];
    const char *ticker = tickers[serial % (uint64_t)ticker_count];
    int length = snprintf(
        body, sizeof body,
        "{\"ticker\":\"%s\",\"client_order_id\":\"load-%d-%llu\",\"side\":\"bid\",\"count\":\"1.00\",\"price\":\"0.0100\",\"time_in_force\":\"%s\","
        "\"self_trade_prevention_type\":\"taker_at_cross\"}",
        ticker, (int)getpid(), (unsigned long long)serial, time_in_force);
    int size = snprintf(
        out, sizeof out, "POST /trade-api/v2/portfolio/events/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s",
        blocks[serial % (uint64_t)block_count], length, body);
    serial++;
    c->have = 0;
    c->sent = now_ns();
    // A request is far smaller than a socket's buffer: it is taken whole.
    if (write(c->socket, out, (size_t)size) != size) fail("write");
}

// Whether the answer is whole. Its head ends with an empty line and names the length of its body.
static int answered(struct connection *c) {
    c->in[c->have] = 0;
    char *end = strstr(c->in, "\r\n\r\n");
    if (!end) return 0;
    char *field = strcasestr(c->in, "content-length:");
    long length = field && field < end ? strtol(field + 15, NULL, 10) : 0;
    if (c->have < (end + 4 - c->in) + length) return 0;
    if (strncmp(c->in + 9, "201", 3) == 0) {
        created++;
    } else {
        refused++;
        snprintf(last_refusal, sizeof last_refusal, "%.3s %.300s", c->in + 9, end + 4);
    }
    uint64_t tens = (now_ns() - c->sent) / 10000;
    histogram[tens < buckets ? tens : buckets - 1]++;
    return 1;
}

static double quantile(double share) {
    uint64_t total = created + refused, seen = 0;
    for (int i = 0; i < buckets; i++) {
        seen += histogram[i];
        if ((double)seen >= share * (double)total) return (i + 1) / 100.0;
    }
    return 0;
}

static void read_blocks(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    char line[4096];
    while (block_count < most_blocks && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *block = calloc(1, sizeof line * 2);
        for (char *part = strtok(line, "|"); part; part = strtok(NULL, "|")) {
            strcat(block, part);
            strcat(block, "\r\n");
        }
        blocks[block_count++] = block;
    }
    fclose(file);
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "order_load PORT CONNECTIONS SECONDS TICKER[,TICKER...] HEADERS gtc|ioc\n");
        return 2;
    }
    int port = atoi(argv[1]), count = atoi(argv[2]);
    double seconds = atof(argv[3]);
    if (count < 1 || count > most_connections || seconds <= 0 || seconds > 60) return 2;
    for (char *part = strtok(argv[4], ","); part && ticker_count < most_tickers; part = strtok(NULL, ",")) tickers[ticker_count++] = part;
    read_blocks(argv[5]);
    if (!block_count || !ticker_count) return 2;
    if (strcmp(argv[6], "ioc") == 0) time_in_force = "immediate_or_cancel";

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int poll = epoll_create1(0), one = 1;
    for (int i = 0; i < count; i++) {
        connections[i].socket = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(connections[i].socket, (struct sockaddr *)&address, sizeof address)) fail("connect");
        setsockopt(connections[i].socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(connections[i].socket, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].socket, &event);
    }
    uint64_t start = now_ns(), stop = start + (uint64_t)(seconds * 1e9);
    for (int i = 0; i < count; i++) send_order(&connections[i]);
    int open = count;
    uint64_t ended = start;
    while (open > 0) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, 5000);
        if (ready == 0) break;
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            ssize_t got = read(c->socket, c->in + c->have, sizeof c->in - 1 - (size_t)c->have);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (got <= 0) {
                close(c->socket);
                open--;
                continue;
            }
            c->have += (int)got;
            if (!answered(c)) continue;
            ended = now_ns();
            if (ended < stop) {
                send_order(c);
            } else {
                close(c->socket);
                open--;
            }
        }
    }
    double lasted = (double)(ended - start) / 1e9;
    printf(
        "{\"orders_per_second\":%.0f,\"created\":%llu,\"refused\":%llu,\"seconds\":%.2f,\"connections\":%d,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"p999_ms\":%.2f}\n",
        (double)created / lasted, (unsigned long long)created, (unsigned long long)refused, lasted, count, quantile(0.5), quantile(0.99), quantile(0.999));
    if (refused) fprintf(stderr, "last refusal: %s\n", last_refusal);
    return created ? 0 : 1;
}
