/*
 * bench/measure.c -- runs one command and says what it cost.
 *
 *     measure REPORT COMMAND [ARGUMENT]...
 *
 * Writes one line to REPORT: wall, user and system time in microseconds, and the peak of resident
 * memory in KiB. The times are those of the command and of every process that it started and
 * waited for. Ends with the command's own exit code.
 *
 * It is a program of its own because Linux carries the peak memory of a process over fork and
 * exec: measured from a Python script, no command seems to use less than Python does.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
    struct rusage used;
    int status;

    if (argc < 3) {
        fputs("usage: measure REPORT COMMAND [ARGUMENT]...\n", stderr);
        return 2;
    }
    long start = microseconds();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) < 0) {
        perror("measure");
        return 3;
    }
    long wall = microseconds() - start;
    FILE *report = fopen(argv[1], "w");
    if (!report) {
        perror(argv[1]);
        return 3;
    }
    fprintf(report, "%ld %ld %ld %ld\n", wall,
            used.ru_utime.tv_sec * 1000000L + used.ru_utime.tv_usec,
            used.ru_stime.tv_sec * 1000000L + used.ru_stime.tv_usec, used.ru_maxrss);
    fclose(report);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
