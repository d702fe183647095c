// SPDX-License-Identifier: Apache-2.0
//
// System V: shared memory, semaphores, typed messages (svipc(7)).

#include "case.h"
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>

union sem_value { int val; struct semid_ds *buf; unsigned short *array; struct seminfo *info; };

static struct sembuf operation(int number, int delta, int flags) {
    return (struct sembuf){.sem_num = (unsigned short)number, .sem_op = (short)delta, .sem_flg = (short)flags};
}

static int change(int id, int number, int delta, int flags) {
    struct sembuf one = operation(number, delta, flags);
    return semop(id, &one, 1);
}

static int value_of(int id, int number) { return semctl(id, number, GETVAL); }

// A key that nobody else uses, even if an earlier run of the case was cut short.
static key_t new_key(void) {
    static int counter;
    return (key_t)(0x41000000 + getpid() % 0x10000 * 64 + counter++ % 64);
}

// MARK: Shared memory

CASE(a_segment_is_found_by_its_key) {
    key_t key = new_key();
    CHECK_ERRNO(shmget(key, 5000, 0600), ENOENT);
    int id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0640);
    CHECK(id >= 0);
    CHECK_ERRNO(shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    CHECK_EQUAL(shmget(key, 0, 0), id);
    CHECK_ERRNO(shmget(key, 5001, 0), EINVAL);
    struct shmid_ds status;
    CHECK_EQUAL(shmctl(id, IPC_STAT, &status), 0);
    CHECK_EQUAL(status.shm_segsz, 5000);
    CHECK_EQUAL(status.shm_perm.mode, 0640);
    CHECK_EQUAL(status.shm_perm.uid, geteuid());
    CHECK_EQUAL(status.shm_cpid, getpid());
    CHECK_EQUAL(status.shm_nattch, 0);
    CHECK_EQUAL(status.shm_atime, 0);
    CHECK(status.shm_ctime > 0);
    CHECK_EQUAL(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_ERRNO(shmctl(id, IPC_STAT, &status), EINVAL);
    CHECK_ERRNO(shmget(key, 0, 0), ENOENT);
}

CASE(attachments_show_the_same_memory) {
    int id = shmget(IPC_PRIVATE, 3 * PAGE, 0600);
    CHECK(id >= 0);
    char *one = shmat(id, NULL, 0);
    char *two = shmat(id, NULL, SHM_RDONLY);
    CHECK(one != (void *)-1 && two != (void *)-1 && one != two);
    CHECK_EQUAL(two[2 * PAGE], 0);
    strcpy(one + 2 * PAGE, "shared");
    CHECK(strcmp(two + 2 * PAGE, "shared") == 0);
    CHECK_ERRNO(mprotect(two, PAGE, PROT_READ | PROT_WRITE), EACCES);
    struct shmid_ds status;
    CHECK_EQUAL(shmctl(id, IPC_STAT, &status), 0);
    CHECK_EQUAL(status.shm_nattch, 2);
    CHECK_EQUAL(status.shm_lpid, getpid());
    CHECK_EQUAL(shmdt(two), 0);
    CHECK_ERRNO(shmdt(two), EINVAL);
    CHECK_ERRNO(shmdt(one + PAGE), EINVAL);
    CHECK_EQUAL(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_EQUAL(shmctl(id, IPC_STAT, &status), 0);
    CHECK(status.shm_perm.mode & 01000);
    CHECK_EQUAL(status.shm_perm.__key, IPC_PRIVATE);
    CHECK_EQUAL(status.shm_nattch, 1);
    CHECK(strcmp(one + 2 * PAGE, "shared") == 0);
    CHECK_EQUAL(shmdt(one), 0);
    CHECK_ERRNO(shmctl(id, IPC_STAT, &status), EINVAL);
}

CASE(a_doomed_segment_goes_with_its_last_page) {
    int id = shmget(IPC_PRIVATE, 2 * PAGE, 0600);
    char *pages = shmat(id, NULL, 0);
    CHECK(pages != (void *)-1);
    CHECK_EQUAL(shmctl(id, IPC_RMID, NULL), 0);
    char *again = shmat(id, NULL, 0);
    CHECK(again != (void *)-1);
    CHECK_EQUAL(shmdt(again), 0);
    CHECK_EQUAL(munmap(pages, PAGE), 0);
    struct shmid_ds status;
    CHECK_EQUAL(shmctl(id, IPC_STAT, &status), 0);
    pages[PAGE] = 1;
    CHECK_EQUAL(munmap(pages + PAGE, PAGE), 0);
    CHECK_ERRNO(shmctl(id, IPC_STAT, &status), EINVAL);
}

CASE(places_of_attachments) {
    int id = shmget(IPC_PRIVATE, 2 * PAGE, 0600);
    char *room = new_pages(8);
    CHECK_ERRNO(shmat(id, room, 0), EINVAL);
    CHECK_ERRNO(shmat(id, NULL, SHM_REMAP), EINVAL);
    CHECK(shmat(id, room, SHM_REMAP) == room);
    room[0] = 1;
    munmap(room + 4 * PAGE, 4 * PAGE);
    CHECK_ERRNO(shmat(id, room + 4 * PAGE + 5, 0), EINVAL);
    CHECK(shmat(id, room + 4 * PAGE + 5, SHM_RND) == room + 4 * PAGE);
    CHECK_EQUAL(room[4 * PAGE], 1);
    CHECK_EQUAL(shmdt(room), 0);
    CHECK_EQUAL(shmdt(room + 4 * PAGE), 0);
    CHECK_EQUAL(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_ERRNO(shmat(id, NULL, 0), EINVAL);
    CHECK_ERRNO(shmat(-1, NULL, 0), EINVAL);
    CHECK_ERRNO(shmget(IPC_PRIVATE, 0, 0600), EINVAL);
    CHECK_ERRNO(shmget(IPC_PRIVATE, 1UL << 60, 0600), ENOMEM);
}

CASE(segments_have_owners) {
    int id = shmget(IPC_PRIVATE, 10, 0600);
    struct shmid_ds status;
    CHECK_EQUAL(shmctl(id, IPC_STAT, &status), 0);
    status.shm_perm.uid = 12;
    status.shm_perm.gid = 13;
    status.shm_perm.mode = 0407;
    CHECK_EQUAL(shmctl(id, IPC_SET, &status), 0);
    CHECK_EQUAL(shmctl(id, IPC_STAT, &status), 0);
    CHECK_EQUAL(status.shm_perm.uid, 12);
    CHECK_EQUAL(status.shm_perm.gid, 13);
    CHECK_EQUAL(status.shm_perm.cuid, geteuid());
    CHECK_EQUAL(status.shm_perm.mode, 0407);
    if (geteuid() == 0) {
        CHECK_EQUAL(seteuid(12), 0);
        CHECK_ERRNO(shmat(id, NULL, 0), EACCES);
        char *page = shmat(id, NULL, SHM_RDONLY);
        CHECK(page != (void *)-1);
        shmdt(page);
        CHECK_EQUAL(seteuid(0), 0);
        CHECK_EQUAL(seteuid(14), 0);
        CHECK_ERRNO(shmctl(id, IPC_RMID, NULL), EPERM);
        CHECK_ERRNO(shmctl(id, IPC_SET, &status), EPERM);
        // The creator's group has nothing, and comes before all others.
        CHECK_ERRNO(shmat(id, NULL, SHM_RDONLY), EACCES);
        CHECK_EQUAL(seteuid(0), 0);
    }
    CHECK_EQUAL(shmctl(id, IPC_RMID, NULL), 0);
}

CASE(limits_and_lists_of_segments) {
    int id = shmget(IPC_PRIVATE, PAGE, 0600);
    struct shminfo limits;
    int highest = shmctl(0, IPC_INFO, (struct shmid_ds *)&limits);
    CHECK(highest >= 0);
    CHECK_EQUAL(limits.shmmin, 1);
    CHECK_EQUAL(limits.shmmni, 4096);
    struct shmid_ds status;
    int isFound = 0;
    for (int slot = 0; slot <= highest; slot++) {
        if (shmctl(slot, SHM_STAT, &status) == id) isFound = 1;
    }
    CHECK(isFound);
    struct shm_info use;
    CHECK_EQUAL(shmctl(0, SHM_INFO, (struct shmid_ds *)&use), highest);
    CHECK(use.used_ids >= 1 && use.shm_tot >= 1);
    char text[4096] = {0}, number[32];
    int file = open("/proc/sysvipc/shm", O_RDONLY);
    CHECK(file >= 0 && read(file, text, sizeof text - 1) > 0);
    snprintf(number, sizeof number, " %10d ", id);
    CHECK(strstr(text, "       key      shmid perms                  size  cpid  lpid nattch") == text);
    CHECK(strstr(text, number) != NULL);
    CHECK_EQUAL(shmctl(id, IPC_RMID, NULL), 0);
    CHECK_ERRNO(shmctl(id, 99, NULL), EINVAL);
}

// MARK: Semaphores

CASE(semaphores_have_values) {
    key_t key = new_key();
    CHECK_ERRNO(semget(key, 0, IPC_CREAT | 0600), EINVAL);
    CHECK_ERRNO(semget(key, 1, 0), ENOENT);
    int id = semget(key, 3, IPC_CREAT | 0600);
    CHECK(id >= 0);
    CHECK_EQUAL(semget(key, 2, 0), id);
    CHECK_ERRNO(semget(key, 4, 0), EINVAL);
    CHECK_EQUAL(value_of(id, 2), 0);
    CHECK_EQUAL(semctl(id, 1, SETVAL, (union sem_value){.val = 7}), 0);
    unsigned short values[3] = {1, 2, 3}, got[3];
    CHECK_EQUAL(semctl(id, 0, GETALL, (union sem_value){.array = got}), 0);
    CHECK_EQUAL(got[1], 7);
    CHECK_EQUAL(semctl(id, 0, SETALL, (union sem_value){.array = values}), 0);
    CHECK_EQUAL(value_of(id, 2), 3);
    CHECK_EQUAL(semctl(id, 2, GETPID), getpid());
    CHECK_ERRNO(semctl(id, 3, GETVAL), EINVAL);
    CHECK_ERRNO(semctl(id, 0, SETVAL, (union sem_value){.val = 32768}), ERANGE);
    CHECK_ERRNO(semctl(id, 0, SETVAL, (union sem_value){.val = -1}), ERANGE);
    struct semid_ds status;
    CHECK_EQUAL(semctl(id, 0, IPC_STAT, (union sem_value){.buf = &status}), 0);
    CHECK_EQUAL(status.sem_nsems, 3);
    CHECK_EQUAL(status.sem_otime, 0);
    CHECK_EQUAL(change(id, 0, 1, 0), 0);
    CHECK_EQUAL(semctl(id, 0, IPC_STAT, (union sem_value){.buf = &status}), 0);
    CHECK(status.sem_otime > 0);
    CHECK_EQUAL(semctl(id, 0, IPC_RMID), 0);
    CHECK_ERRNO(change(id, 0, 1, 0), EINVAL);
}

CASE(operations_happen_all_at_once_or_not_at_all) {
    int id = semget(IPC_PRIVATE, 2, 0600);
    struct sembuf both[2] = {operation(0, 1, 0), operation(1, -1, IPC_NOWAIT)};
    CHECK_ERRNO(semop(id, both, 2), EAGAIN);
    CHECK_EQUAL(value_of(id, 0), 0);
    both[1] = operation(1, 2, 0);
    CHECK_EQUAL(semop(id, both, 2), 0);
    struct sembuf there_and_back[3] = {operation(0, -1, 0), operation(0, 0, IPC_NOWAIT), operation(0, 5, 0)};
    CHECK_EQUAL(semop(id, there_and_back, 3), 0);
    CHECK_EQUAL(value_of(id, 0), 5);
    CHECK_EQUAL(value_of(id, 1), 2);
    CHECK_ERRNO(change(id, 0, 32767, 0), ERANGE);
    CHECK_ERRNO(change(id, 2, 1, 0), EFBIG);
    CHECK_ERRNO(semop(id, both, 0), EINVAL);
    static struct sembuf many[501];
    CHECK_ERRNO(semop(id, many, 501), E2BIG);
    struct timespec soon = {0, 2000000};
    struct sembuf zero = operation(0, 0, 0);
    CHECK_ERRNO(semtimedop(id, &zero, 1, &soon), EAGAIN);
    soon.tv_nsec = 1000000000;
    CHECK_ERRNO(semtimedop(id, &zero, 1, &soon), EINVAL);
    CHECK_EQUAL(semctl(id, 0, IPC_RMID), 0);
}

struct taker { int id; struct sembuf operations[2]; int count; int result, error; };

static void *take(void *argument) {
    struct taker *taker = argument;
    taker->result = semop(taker->id, taker->operations, taker->count);
    taker->error = errno;
    return NULL;
}

static pthread_t start_taker(struct taker *taker) {
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, take, taker), 0);
    return thread;
}

CASE(who_waits_is_served_by_who_changes) {
    NEEDS_MEMORY;
    int id = semget(IPC_PRIVATE, 2, 0600);
    struct taker both = {.id = id, .operations = {operation(0, -2, 0), operation(1, -1, 0)}, .count = 2};
    struct taker zero = {.id = id, .operations = {operation(1, 0, 0)}, .count = 1};
    CHECK_EQUAL(change(id, 1, 1, 0), 0);
    pthread_t first = start_taker(&both);
    while (semctl(id, 0, GETNCNT) != 1) usleep(500);
    pthread_t second = start_taker(&zero);
    while (semctl(id, 1, GETZCNT) != 1) usleep(500);
    CHECK_EQUAL(semctl(id, 1, GETNCNT), 0);
    CHECK_EQUAL(change(id, 0, 1, 0), 0);
    CHECK_EQUAL(value_of(id, 0), 1);
    CHECK_EQUAL(change(id, 0, 2, 0), 0);
    // Both have happened already, whatever threads have noticed.
    CHECK_EQUAL(value_of(id, 0), 1);
    CHECK_EQUAL(value_of(id, 1), 0);
    CHECK_EQUAL(semctl(id, 1, GETZCNT), 0);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    CHECK_EQUAL(both.result, 0);
    CHECK_EQUAL(zero.result, 0);
    CHECK_EQUAL(semctl(id, 0, IPC_RMID), 0);
}

CASE(waiting_ends_with_the_set) {
    NEEDS_MEMORY;
    int id = semget(IPC_PRIVATE, 1, 0600);
    struct taker taker = {.id = id, .operations = {operation(0, -1, 0)}, .count = 1};
    pthread_t thread = start_taker(&taker);
    while (semctl(id, 0, GETNCNT) != 1) usleep(500);
    CHECK_EQUAL(semctl(id, 0, IPC_RMID), 0);
    pthread_join(thread, NULL);
    CHECK_EQUAL(taker.result, -1);
    CHECK_EQUAL(taker.error, EIDRM);
}

static void ignore(int number) { (void)number; }

CASE(a_signal_ends_a_wait_for_a_semaphore) {
    NEEDS_MEMORY;
    int id = semget(IPC_PRIVATE, 1, 0600);
    struct taker taker = {.id = id, .operations = {operation(0, -1, 0)}, .count = 1};
    // Never started again, whatever the handler says (signal(7)).
    signal(SIGUSR2, ignore);
    pthread_t thread = start_taker(&taker);
    while (semctl(id, 0, GETNCNT) != 1) usleep(500);
    pthread_kill(thread, SIGUSR2);
    pthread_join(thread, NULL);
    CHECK_EQUAL(taker.result, -1);
    CHECK_EQUAL(taker.error, EINTR);
    CHECK_EQUAL(semctl(id, 0, GETNCNT), 0);
    CHECK_EQUAL(semctl(id, 0, IPC_RMID), 0);
}

CASE(what_is_taken_back_has_limits) {
    int id = semget(IPC_PRIVATE, 1, 0600);
    CHECK_EQUAL(change(id, 0, 32767, SEM_UNDO), 0);
    CHECK_EQUAL(change(id, 0, -32767, 0), 0);
    CHECK_EQUAL(change(id, 0, 1, SEM_UNDO), 0);
    CHECK_ERRNO(change(id, 0, 1, SEM_UNDO), ERANGE);
    CHECK_EQUAL(value_of(id, 0), 1);
    CHECK_EQUAL(semctl(id, 0, SETVAL, (union sem_value){.val = 3}), 0);
    CHECK_EQUAL(change(id, 0, -3, SEM_UNDO), 0);
    CHECK_EQUAL(semctl(id, 0, IPC_RMID), 0);
}

// MARK: Typed messages

struct message { long type; char text[100]; };

static int put(int id, long type, const char *text) {
    struct message message = {.type = type};
    strcpy(message.text, text);
    return msgsnd(id, &message, strlen(text), IPC_NOWAIT);
}

static char got_text[101];
static int get(int id, long type, int flags) {
    struct message message = {0};
    int count = (int)msgrcv(id, &message, 100, type, flags | IPC_NOWAIT);
    if (count < 0) return -1;
    memcpy(got_text, message.text, count);
    got_text[count] = 0;
    return (int)message.type;
}

CASE(messages_are_chosen_by_type) {
    int id = msgget(IPC_PRIVATE, 0600);
    CHECK(id >= 0);
    CHECK_ERRNO(get(id, 0, 0), ENOMSG);
    CHECK_EQUAL(put(id, 5, "five"), 0);
    CHECK_EQUAL(put(id, 3, "three"), 0);
    CHECK_EQUAL(put(id, 4, "four"), 0);
    CHECK_EQUAL(put(id, 3, "three again"), 0);
    CHECK_EQUAL(put(id, 9, ""), 0);
    CHECK_EQUAL(get(id, 4, 0), 4);
    CHECK(strcmp(got_text, "four") == 0);
    CHECK_EQUAL(get(id, -4, 0), 3);
    CHECK(strcmp(got_text, "three") == 0);
    CHECK_ERRNO(get(id, -2, 0), ENOMSG);
    CHECK_EQUAL(get(id, 5, MSG_EXCEPT), 3);
    CHECK(strcmp(got_text, "three again") == 0);
    struct msqid_ds status;
    CHECK_EQUAL(msgctl(id, IPC_STAT, &status), 0);
    CHECK_EQUAL(status.msg_qnum, 2);
    CHECK_EQUAL(status.__msg_cbytes, 4);
    CHECK_EQUAL(status.msg_qbytes, 16384);
    CHECK_EQUAL(status.msg_lspid, getpid());
    CHECK_EQUAL(get(id, 0, 0), 5);
    CHECK_EQUAL(get(id, 0, 0), 9);
    CHECK_EQUAL(got_text[0], 0);
    CHECK_EQUAL(msgctl(id, IPC_RMID, NULL), 0);
    CHECK_ERRNO(put(id, 1, "x"), EINVAL);
}

CASE(messages_have_sizes) {
    int id = msgget(IPC_PRIVATE, 0600);
    struct { long type; char text[8200]; } large = {.type = 1};
    memset(large.text, 'x', sizeof large.text);
    CHECK_ERRNO(msgsnd(id, &large, 8193, IPC_NOWAIT), EINVAL);
    large.type = 0;
    CHECK_ERRNO(msgsnd(id, &large, 10, IPC_NOWAIT), EINVAL);
    large.type = 1;
    CHECK_EQUAL(msgsnd(id, &large, 8192, IPC_NOWAIT), 0);
    CHECK_EQUAL(msgsnd(id, &large, 8192, IPC_NOWAIT), 0);
    CHECK_ERRNO(msgsnd(id, &large, 1, IPC_NOWAIT), EAGAIN);
    CHECK_EQUAL(msgsnd(id, &large, 0, IPC_NOWAIT), 0);
    CHECK_ERRNO(msgrcv(id, &large, 8191, 0, 0), E2BIG);
    CHECK_EQUAL(msgrcv(id, &large, 100, 0, MSG_NOERROR), 100);
    struct msqid_ds status;
    CHECK_EQUAL(msgctl(id, IPC_STAT, &status), 0);
    CHECK_EQUAL(status.msg_qnum, 2);
    status.msg_qbytes = 8192;
    CHECK_EQUAL(msgctl(id, IPC_SET, &status), 0);
    CHECK_ERRNO(msgsnd(id, &large, 1, IPC_NOWAIT), EAGAIN);
    CHECK_EQUAL(msgctl(id, IPC_RMID, NULL), 0);
}

static void *receive_one(void *argument) {
    struct message message = {0};
    long count = msgrcv(*(int *)argument, &message, 100, 7, 0);
    return (void *)(count < 0 ? -(long)errno : count);
}

CASE(a_receiver_waits_for_its_type) {
    NEEDS_MEMORY;
    int id = msgget(IPC_PRIVATE, 0600);
    pthread_t thread;
    CHECK_EQUAL(pthread_create(&thread, NULL, receive_one, &id), 0);
    usleep(2000);
    CHECK_EQUAL(put(id, 6, "other"), 0);
    usleep(2000);
    CHECK_EQUAL(put(id, 7, "mine"), 0);
    void *count;
    pthread_join(thread, &count);
    CHECK_EQUAL((long)count, 4);
    CHECK_EQUAL(pthread_create(&thread, NULL, receive_one, &id), 0);
    usleep(2000);
    CHECK_EQUAL(msgctl(id, IPC_RMID, NULL), 0);
    pthread_join(thread, &count);
    CHECK((long)count == -EIDRM || (long)count == -EINVAL);
}

// MARK: Bad arguments

CASE(bad_pointers_and_numbers) {
    char *hole = page_before_hole() + PAGE;
    int segment = shmget(IPC_PRIVATE, PAGE, 0600), set = semget(IPC_PRIVATE, 2, 0600), queue = msgget(IPC_PRIVATE, 0600);
    CHECK_ERRNO(syscall(SYS_shmctl, segment, IPC_STAT, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_shmctl, segment, IPC_SET, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_shmctl, 0, IPC_INFO, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_semop, set, hole, 1), EFAULT);
    struct sembuf up = operation(0, 1, 0);
    CHECK_ERRNO(syscall(SYS_semtimedop, set, &up, 1, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_semctl, set, 0, IPC_STAT, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_semctl, set, 0, GETALL, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_semctl, set, 0, SETALL, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_semctl, 0, 0, SEM_INFO, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_msgctl, queue, IPC_STAT, hole), EFAULT);
    CHECK_ERRNO(syscall(SYS_msgsnd, queue, hole, 1, 0), EFAULT);
    hole[-8] = 1;
    CHECK_ERRNO(syscall(SYS_msgsnd, queue, hole - 8, 1, 0), EFAULT);
    CHECK_EQUAL(put(queue, 1, "lost"), 0);
    CHECK_ERRNO(syscall(SYS_msgrcv, queue, hole, 100, 0, 0), EFAULT);
    CHECK_ERRNO(get(queue, 0, 0), ENOMSG);
    CHECK_ERRNO(msgrcv(queue, hole, -1, 0, 0), EINVAL);
    CHECK_ERRNO(msgrcv(-1, hole, 1, 0, 0), EINVAL);
    CHECK_ERRNO(semctl(-1, 0, IPC_RMID), EINVAL);
    CHECK_ERRNO(semctl(set, 0, 99), EINVAL);
    CHECK_ERRNO(msgctl(queue, 99, NULL), EINVAL);
    CHECK_EQUAL(shmctl(segment, IPC_RMID, NULL), 0);
    CHECK_EQUAL(semctl(set, 0, IPC_RMID), 0);
    CHECK_EQUAL(msgctl(queue, IPC_RMID, NULL), 0);
}

static void check_file(const char *path, const char *begins) {
    char text[4096] = {0};
    int file = open(path, O_RDONLY);
    if (file < 0 || read(file, text, sizeof text - 1) <= 0) case_fails("%s cannot be read", path);
    if (strncmp(text, begins, strlen(begins)) != 0) case_fails("%s says %.80s", path, text);
    close(file);
}

CASE(limits_are_in_proc) {
    check_file("/proc/sys/kernel/shmmax", "18446744073692774399\n");
    check_file("/proc/sys/kernel/shmall", "18446744073692774399\n");
    check_file("/proc/sys/kernel/shmmni", "4096\n");
    check_file("/proc/sys/kernel/sem", "32000\t1024000000\t500\t32000\n");
    check_file("/proc/sys/kernel/msgmax", "8192\n");
    check_file("/proc/sys/kernel/msgmnb", "16384\n");
    check_file("/proc/sys/kernel/msgmni", "32000\n");
    check_file("/proc/sysvipc/sem", "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n");
    check_file("/proc/sysvipc/msg", "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n");
}
