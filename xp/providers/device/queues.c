/* Queues: one for each thread and device, and the order of what touches the same memory.
 *
 * A queue does its work in the order in which it was enqueued. A block of memory notes which queues read and wrote it
 * since it was last written; work of another queue that would come too early makes its queue wait for those, on the
 * device: the thread goes on. No fence is made for work that only one thread's queue sees.
 * SPDX-License-Identifier: BSD-3-Clause */
#include "providers/device/device.h"

#include "core/alloc.h"
#include "core/registry.h"

/* The queues that a thread has, by device. */
typedef struct thread_queues {
    const struct xp_device *devices[XP_DEVICE_SLOTS];
    int numbers[XP_DEVICE_SLOTS];
    int count;
} thread_queues;

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static _Thread_local thread_queues *here;

/* Closes a queue when what is on it is done, so that nobody has to wait for it any more. */
static runtime_status close_locked(device_state *state, device_queue *queue)
{
    runtime_status status = state->runtime->finish(queue->handle);
    state->runtime->queue_close(queue->handle);
    queue->handle = queue->stream = NULL;
    return status;
}

/* A thread uses the queue no more. What it left there stays in order; a caller's stream may end soon. */
static void leave_queue(device_state *state, int number)
{
    device_queue *queue = &state->queues[number];
    pthread_mutex_lock(&state->lock);
    queue->threads--;
    if (queue->stream)
        close_locked(state, queue);
    pthread_mutex_unlock(&state->lock);
}

/* The thread has ended: its queues are free for others. */
static void forget_thread(void *memory)
{
    thread_queues *queues = memory;
    for (int i = 0; i < queues->count; i++)
        leave_queue(device_state_of(queues->devices[i]), queues->numbers[i]);
    xp_dealloc(queues);
    here = NULL;
}

static void make_key(void)
{
    pthread_key_create(&key, forget_thread);
}

static thread_queues *queues_of_thread(void)
{
    if (here)
        return here;
    pthread_once(&key_once, make_key);
    thread_queues *queues = xp_alloc_zeroed(1, sizeof *queues);
    if (queues && pthread_setspecific(key, queues) != 0) {
        xp_dealloc(queues);
        queues = NULL;
    }
    return here = queues;
}

/* A queue that no thread uses; else a new one; else the one with the fewest. None that is a stream of a caller's. */
static int choose_locked(const device_state *state)
{
    int least = -1;
    for (int i = 0; i < state->n_queues; i++)
        if (!state->queues[i].stream && (least < 0 || state->queues[i].threads < state->queues[least].threads))
            least = i;
    bool is_new = state->n_queues < DEVICE_QUEUES && (least < 0 || state->queues[least].threads > 0);
    return is_new ? state->n_queues : least;
}

/* Opens a queue of the device's own, or on a stream; -1 with an error recorded. */
static int open_queue(const struct xp_device *device, void *stream)
{
    device_state *state = device_state_of(device);
    runtime_status status = RUNTIME_OK;
    pthread_mutex_lock(&state->lock);
    int number = choose_locked(state);
    device_queue *queue = number >= 0 ? &state->queues[number] : NULL;
    if (!queue || (stream && queue->threads > 0))
        status = RUNTIME_NOT_TAKEN;
    else if (stream && queue->handle) /* what is on it stays in order: nobody uses it now, and it is done soon */
        status = close_locked(state, queue);
    if (status == RUNTIME_OK && !queue->handle)
        status = state->runtime->queue_open(state->number, stream, &queue->handle);
    if (status == RUNTIME_OK) {
        queue->stream = stream;
        queue->threads++;
        if (number == state->n_queues)
            state->n_queues++;
    }
    pthread_mutex_unlock(&state->lock);
    if (status == RUNTIME_NOT_TAKEN)
        xp_driver_error(XP_ERROR_DEVICE, "%s: all %d queues are in use", device->name, DEVICE_QUEUES);
    else if (status != RUNTIME_OK)
        device_status(device, status, "a queue");
    return status == RUNTIME_OK ? number : -1;
}

/* The thread's place for the device in its list: the last one is free. */
static int place_of(const thread_queues *queues, const struct xp_device *device)
{
    int at = 0;
    while (at < queues->count && queues->devices[at] != device)
        at++;
    return at;
}

static xp_status replace_queue(const struct xp_device *device, thread_queues *queues, int at, void *stream)
{
    device_state *state = device_state_of(device);
    int number = open_queue(device, stream);
    if (number < 0)
        return XP_ERROR_DEVICE;
    if (at == queues->count)
        queues->count++;
    else
        leave_queue(state, queues->numbers[at]);
    queues->devices[at] = device;
    queues->numbers[at] = number;
    return XP_OK;
}

xp_status device_set_stream(const struct xp_device *device, void *stream)
{
    thread_queues *queues = queues_of_thread();
    if (!queues)
        return xp_driver_error(XP_ERROR_MEMORY, "out of memory");
    return replace_queue(device, queues, place_of(queues, device), stream);
}

int device_queue_here(const struct xp_device *device)
{
    thread_queues *queues = queues_of_thread();
    if (!queues) {
        xp_driver_error(XP_ERROR_MEMORY, "out of memory");
        return -1;
    }
    int at = place_of(queues, device);
    if (at == queues->count && replace_queue(device, queues, at, NULL) != XP_OK)
        return -1;
    return queues->numbers[at];
}

/* Makes `queue` wait for what is on the others in `mask`, unless it has done so already. */
static runtime_status wait_for_locked(device_state *state, int queue, uint32_t mask)
{
    device_queue *own = &state->queues[queue];
    for (int other = 0; other < state->n_queues; other++) {
        device_queue *before = &state->queues[other];
        if (!(mask >> other & 1) || !before->handle || own->seen[other] == before->work)
            continue;
        runtime_status status = state->runtime->follow(own->handle, before->handle);
        if (status != RUNTIME_OK)
            return status;
        own->seen[other] = before->work;
    }
    return RUNTIME_OK;
}

runtime_status device_order(device_state *state, int queue, device_block *block, bool writes)
{
    uint32_t bit = (uint32_t)1 << queue;
    pthread_mutex_lock(&state->lock);
    uint32_t others = (writes ? block->readers | block->writers : block->writers) & ~bit;
    runtime_status status = others ? wait_for_locked(state, queue, others) : RUNTIME_OK;
    if (status == RUNTIME_OK && writes) {
        block->writers = bit;
        block->readers = 0;
    } else if (status == RUNTIME_OK) {
        block->readers |= bit;
    }
    pthread_mutex_unlock(&state->lock);
    return status;
}

void device_enqueued(device_state *state, int queue)
{
    pthread_mutex_lock(&state->lock);
    state->queues[queue].work++;
    pthread_mutex_unlock(&state->lock);
}
