/* Telling systemd how things are. */
#include "main/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

void
notify_send(const char *format, ...)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	char text[300];
	va_list args;
	if (name == NULL || (*name != '/' && *name != '@') ||
	    strlen(name) >= sizeof(to.sun_path))
		return;
	size_t len = strlen(name);
	memcpy(to.sun_path, name, len);
	if (*name == '@')
		to.sun_path[0] = '\0';

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
	    (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void
notify_reloading(void)
{
	notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_mono_us());
}

/* How often, in milliseconds; 0: nobody wants it of this process. */
static int64_t
watchdog_ms(void)
{
	const char *span = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	int64_t us, whose;
	if (span == NULL || !text_to_int(span, 1, INT64_MAX, &us))
		return 0;
	if (pid != NULL &&
	    (!text_to_int(pid, 1, INT32_MAX, &whose) || whose != getpid()))
		return 0;
	return us / 2000;
}

void
notify_alive(void)
{
	static int64_t every_ms = -1, next_ms;
	int64_t now = clock_mono_ms();
	if (every_ms < 0)
		every_ms = watchdog_ms();
	if (every_ms == 0 || now < next_ms)
		return;
	next_ms = now + every_ms;
	notify_send("WATCHDOG=1");
}
