/* A management library of GPUs that are not there, for tests. The functions and structures are those of NVIDIA's nvml.h (NVML 12), written from its
   documentation. What it tells is fixed here; -D chooses between machines:
     DEVICES     how many GPUs (2); the last one of three or more has fallen off the bus
     INIT        what nvmlInit_v2 answers (0)
     OLD         no functions that came after driver 470
     BARE        a card that tells nothing but its name and memory */
#include <stdio.h>
#include <string.h>

#ifndef DEVICES
#define DEVICES 2
#endif
#ifndef INIT
#define INIT 0
#endif

/* What the driver keeps for itself; the old one keeps nothing. */
#ifdef OLD
#define RESERVED 0ULL
#else
#define RESERVED 268435456ULL
#endif

#define SUCCESS 0
#define UNINITIALIZED 1
#define INVALID_ARGUMENT 2
#define NOT_SUPPORTED 3
#define INSUFFICIENT_SIZE 7
#define GPU_IS_LOST 15

typedef struct { int index; } device_t;
typedef device_t *nvmlDevice_t;
typedef struct { unsigned int gpu, memory; } utilization_t;
typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned int version; unsigned long long total, reserved, free, used; } memory_v2_t;
typedef struct { unsigned int pid; unsigned long long used; unsigned int instance, compute; } process_t;
typedef struct { unsigned int version, sensor; int celsius; } temperature_t;

static device_t devices[16] = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};

static int text(char *out, unsigned int length, const char *text) {
    if (strlen(text) + 1 > length) return INSUFFICIENT_SIZE;
    strcpy(out, text);
    return SUCCESS;
}

#ifdef BARE
#define TELLS(body) { return NOT_SUPPORTED; }
#else
#define TELLS(body) body
#endif

int nvmlInit_v2(void) { return INIT; }
int nvmlInitWithFlags(unsigned int flags) { (void)flags; return INIT; }
int nvmlShutdown(void) { return SUCCESS; }
const char *nvmlErrorString(int code) {
    switch (code) {
        case 9: return "Driver Not Loaded";
        case GPU_IS_LOST: return "GPU is lost";
        default: return "Unknown Error";
    }
}
int nvmlSystemGetDriverVersion(char *out, unsigned int length) { return text(out, length, "550.54.14"); }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = DEVICES; return SUCCESS; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
    if (index >= DEVICES) return INVALID_ARGUMENT;
    if (DEVICES > 2 && index == DEVICES - 1) return GPU_IS_LOST;
    *device = &devices[index];
    return SUCCESS;
}
int nvmlDeviceGetName(nvmlDevice_t d, char *out, unsigned int length) { return text(out, length, d->index == 0 ? "Fake RTX 4070" : "Fake H100"); }
int nvmlDeviceGetUUID(nvmlDevice_t d, char *out, unsigned int length) { return text(out, length, d->index == 0 ? "GPU-0000-a" : "GPU-0000-b"); }
int nvmlDeviceGetMemoryInfo(nvmlDevice_t d, memory_t *m) {
    m->total = d->index == 0 ? 12884901888ULL : 85899345920ULL;
    m->used = RESERVED + (d->index == 0 ? 2147483648ULL : 1073741824ULL);
    m->free = m->total - m->used;
    return SUCCESS;
}
#ifndef OLD
int nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t d, memory_v2_t *m) {
    memory_t all;
    if (m->version != (sizeof(memory_v2_t) | 2u << 24)) return 25;
    nvmlDeviceGetMemoryInfo(d, &all);
    m->total = all.total;
    m->reserved = RESERVED;
    m->free = all.free;
    m->used = all.used - RESERVED;
    return SUCCESS;
}
#endif
int nvmlDeviceGetUtilizationRates(nvmlDevice_t d, utilization_t *u) TELLS({ u->gpu = d->index == 0 ? 37 : 99; u->memory = 12; return SUCCESS; })
int nvmlDeviceGetTemperature(nvmlDevice_t d, unsigned int sensor, unsigned int *c) TELLS({ (void)sensor; *c = d->index == 0 ? 61 : 84; return SUCCESS; })
#ifndef OLD
int nvmlDeviceGetTemperatureV(nvmlDevice_t d, temperature_t *t) TELLS({
    if (t->version != (sizeof(temperature_t) | 1u << 24)) return 25;
    t->celsius = d->index == 0 ? 61 : 84;
    return SUCCESS;
})
int nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t d, unsigned long long *r) TELLS({ *r = d->index == 0 ? 0x1 : 0x24; return SUCCESS; })
#endif
int nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t d, unsigned long long *r) TELLS({ *r = d->index == 0 ? 0x1 : 0x24; return SUCCESS; })
int nvmlDeviceGetTemperatureThreshold(nvmlDevice_t d, int kind, unsigned int *c) TELLS({ (void)d; *c = kind == 0 ? 98 : 93; return SUCCESS; })
int nvmlDeviceGetPowerUsage(nvmlDevice_t d, unsigned int *mw) TELLS({ *mw = d->index == 0 ? 45250 : 690000; return SUCCESS; })
int nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t d, unsigned int *mw) TELLS({ *mw = d->index == 0 ? 200000 : 700000; return SUCCESS; })
int nvmlDeviceGetClockInfo(nvmlDevice_t d, int kind, unsigned int *mhz) TELLS({ (void)d; *mhz = kind == 2 ? 10501 : 1920; return SUCCESS; })
/* A data-centre card has no fan. */
int nvmlDeviceGetFanSpeed(nvmlDevice_t d, unsigned int *p) TELLS({ *p = 30; return d->index == 0 ? SUCCESS : NOT_SUPPORTED; })
int nvmlDeviceGetTotalEccErrors(nvmlDevice_t d, int kind, int counter, unsigned long long *n) TELLS({
    *n = kind == 1 && counter == 0 ? 2 : 0;
    return d->index == 0 ? NOT_SUPPORTED : SUCCESS;
})

/* The first card has 70 processes, more than anybody expects; one of them does not tell its memory. The second has none that compute, and one that draws. */
int nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, process_t *list) {
    unsigned int have = d->index == 0 ? 70 : 0, room = *count, i;
    *count = have;
    if (room < have) return INSUFFICIENT_SIZE;
    for (i = 0; i < have; i++) {
        memset(&list[i], 0, sizeof list[i]);
        list[i].pid = 4000 + i;
        list[i].used = i == 0 ? ~0ULL : i * 1048576ULL;
    }
    return SUCCESS;
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, process_t *list) {
    unsigned int have = d->index == 1 ? 1 : 0, room = *count;
    *count = have;
    if (room < have) return INSUFFICIENT_SIZE;
    if (have) { memset(list, 0, sizeof *list); list->pid = 77; list->used = 5242880; }
    return SUCCESS;
}
