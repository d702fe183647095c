// SPDX-License-Identifier: Apache-2.0
//
// What /sys tells about the machine: the parts that programs read, compared with what the calls say.

#include "case.h"
#include <dirent.h>
#include <sched.h>
#include <sys/statfs.h>

// The text of a file, without its newline.
static const char *text_of(const char *name) {
    static char text[4096];
    int file = open(name, O_RDONLY);
    if (file < 0) case_fails("open %s: errno %d", name, errno);
    ssize_t count = read(file, text, sizeof text - 1);
    CHECK(count > 0 && text[count - 1] == '\n');
    text[count - 1] = 0;
    close(file);
    return text;
}

CASE(processors_are_ranges_and_directories) {
    long count = sysconf(_SC_NPROCESSORS_CONF);
    CHECK(count >= 1);
    char range[32], name[128];
    snprintf(range, sizeof range, count > 1 ? "0-%ld" : "0", count - 1);
    CHECK(strcmp(text_of("/sys/devices/system/cpu/possible"), range) == 0);
    CHECK(strcmp(text_of("/sys/devices/system/cpu/present"), range) == 0);
    CHECK(strcmp(text_of("/sys/devices/system/cpu/online"), range) == 0);
    CHECK(strcmp(text_of("/sys/devices/system/cpu/offline"), "") == 0);
    CHECK(atol(text_of("/sys/devices/system/cpu/kernel_max")) >= count - 1);
    DIR *folder = opendir("/sys/devices/system/cpu");
    CHECK(folder != NULL);
    long found = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        int number, length = 0;
        if (sscanf(entry->d_name, "cpu%d%n", &number, &length) == 1 && entry->d_name[length] == 0) found++;
    }
    closedir(folder);
    CHECK_EQUAL(found, count);
    snprintf(name, sizeof name, "/sys/devices/system/cpu/cpu%ld/topology/core_siblings_list", count - 1);
    CHECK(strcmp(text_of(name), range) == 0);
    snprintf(name, sizeof name, "/sys/devices/system/cpu/cpu%ld", count);
    CHECK_ERRNO(access(name, F_OK), ENOENT);
}

CASE(the_topology_names_every_processor) {
    CHECK_EQUAL(atoi(text_of("/sys/devices/system/cpu/cpu0/topology/core_id")), 0);
    CHECK_EQUAL(atoi(text_of("/sys/devices/system/cpu/cpu0/topology/physical_package_id")), 0);
    CHECK_EQUAL(strtoul(text_of("/sys/devices/system/cpu/cpu0/topology/thread_siblings"), NULL, 16) & 1, 1);
    cpu_set_t set;
    CHECK_EQUAL(sched_getaffinity(0, sizeof set, &set), 0);
    unsigned long all = strtoul(text_of("/sys/devices/system/cpu/cpu0/topology/core_siblings"), NULL, 16);
    for (int cpu = 0; cpu < 32; cpu++) CHECK_EQUAL(!CPU_ISSET(cpu, &set) || (all >> cpu & 1), 1);
    CHECK_EQUAL(strncmp(text_of("/sys/devices/system/node/online"), "0", 1), 0);
}

CASE(large_pages_have_a_choice) {
    const char *text = text_of("/sys/kernel/mm/transparent_hugepage/enabled");
    CHECK(strstr(text, "always") && strstr(text, "madvise") && strstr(text, "never"));
    CHECK(strchr(text, '[') && strchr(text, ']'));
    CHECK_EQUAL(atol(text_of("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size")), 2 << 20);
}

CASE(the_file_system_is_sysfs) {
    struct statfs status;
    CHECK_EQUAL(statfs("/sys", &status), 0);
    CHECK_EQUAL(status.f_type, 0x62656572);
    struct stat text;
    CHECK_EQUAL(stat("/sys/devices/system/cpu/online", &text), 0);
    CHECK(S_ISREG(text.st_mode));
    CHECK_EQUAL(text.st_mode & 0777, 0444);
    CHECK_EQUAL(text.st_size, 4096);
    CHECK_ERRNO(access("/sys/fs/selinux", F_OK), ENOENT);
    CHECK_ERRNO(open("/sys/none", O_CREAT | O_WRONLY, 0600), EACCES);
    CHECK_ERRNO(mkdir("/sys/none", 0700), EPERM);
    int file = open("/sys/devices/system/cpu/online", O_RDONLY);
    char bytes[8], again[8];
    ssize_t count = read(file, bytes, sizeof bytes);
    CHECK(count > 0);
    CHECK_EQUAL(read(file, again, sizeof again), 0);
    CHECK_EQUAL(pread(file, again, sizeof again, 0), count);
    CHECK(memcmp(bytes, again, count) == 0);
    close(file);
}
