/*
 * Telling systemd how things are, as sd_notify(3) does: a datagram with
 * assignments to the socket that NOTIFY_SOCKET names, a path or, with @, an
 * abstract name. Nothing happens where that is not set.
 */
#ifndef KEYWHEEL_MAIN_NOTIFY_H
#define KEYWHEEL_MAIN_NOTIFY_H

/* "READY=1", "STATUS=…"; several with line breaks between. */
void notify_send(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new program is about to take this one's place: RELOADING=1, with the time
 * that systemd wants with it. READY=1 is to follow. */
void notify_reloading(void);

/* Some times a second: that the process is alive, half as often as the
 * watchdog wants it (sd_watchdog_enabled(3)). */
void notify_alive(void);

#endif
