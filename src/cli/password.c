#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/stop.h"

/* One line, byte by byte: what follows it is not ours. `*ended`: a line end was there. */
static enum err read_line(int file, const char *path, struct password *password, bool *ended,
                          struct trouble *trouble)
{
    *ended = false;
    password->size = 0;
    for (;;) {
        char byte;

        if (!stop_wait(file))
            return fail(trouble, ERR_BUSY, "stopped");
        ssize_t got = read(file, &byte, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;                    /* the signal that came in between, or nothing there */
        if (got < 0)
            return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
        *ended = got == 1 && byte == '\n';
        if (got == 0 || *ended)
            break;
        if (password->size == PASSWORD_MAX)
            return fail(trouble, ERR_USAGE, "the password is longer than %d bytes",
                        PASSWORD_MAX);
        password->text[password->size++] = byte;
    }
    if (password->size > 0 && password->text[password->size - 1] == '\r')
        password->size--;
    password->text[password->size] = '\0';
    return OK;
}

enum err password_read_file(const char *path, struct password *password, struct trouble *trouble)
{
    bool ended;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (file < 0)
        return fail(trouble, ERR_IO, "%s: %s", path, strerror(errno));
    enum err err = read_line(file, path, password, &ended, trouble);
    (void)close(file);
    if (err == OK && password->size == 0)
        return fail(trouble, ERR_USAGE, "%s: its first line is empty", path);
    return err;
}

static enum err ask_once(int terminal, const char *question, struct password *password,
                         struct trouble *trouble)
{
    bool ended = false;

    if (write(terminal, question, strlen(question)) < 0)
        return fail(trouble, ERR_IO, "the terminal: %s", strerror(errno));
    enum err err = read_line(terminal, "the terminal", password, &ended, trouble);
    (void)!write(terminal, "\n", 1);
    if (err == OK && !ended && password->size == 0)
        return fail(trouble, ERR_USAGE, "no password was given");
    return err;
}

static enum err ask_twice(int terminal, const char *question, struct password *password,
                          struct trouble *trouble)
{
    struct password again;
    enum err err = ask_once(terminal, question, password, trouble);

    if (err != OK)
        return err;
    if (password->size == 0)
        return fail(trouble, ERR_USAGE, "an empty password protects nothing");
    err = ask_once(terminal, "Once more: ", &again, trouble);
    if (err == OK && strcmp(password->text, again.text) != 0)
        err = fail(trouble, ERR_USAGE, "the two passwords differ");
    password_wipe(&again);
    return err;
}

enum err password_ask(const char *question, bool twice, struct password *password,
                      struct trouble *trouble)
{
    struct termios before;
    /* Not blocking: Ctrl-C empties the terminal's line after it was found to hold something. */
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        if (terminal >= 0)
            (void)close(terminal);
        return fail(trouble, ERR_USAGE,
                    "there is no terminal to ask for the password: use --password-file FILE");
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    enum err err = tcsetattr(terminal, TCSAFLUSH, &silent) == 0 ? OK
                 : fail(trouble, ERR_IO, "the terminal: %s", strerror(errno));
    if (err == OK)
        err = twice ? ask_twice(terminal, question, password, trouble)
                    : ask_once(terminal, question, password, trouble);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    (void)close(terminal);
    return err;
}

void password_wipe(struct password *password)
{
    explicit_bzero(password, sizeof *password);
}
