/* Clients that ask and wait: the load itself. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "reply.h"

#define REQUEST_MAX 70000
#define SWEEP_US 100000 /* how often slow requests are looked for */
#define EVENTS_MAX 256

struct client {
	int fd; /* -1: not connected */
	bool busy;
	int64_t due_us, sent_us;
	int64_t now_us; /* when the bytes being read came */
	struct reply reply;
	struct answer answer;
};

struct load {
	const struct load_plan *plan;
	struct load_result *result;
	struct client *clients;
	int epoll;
	int busy;
	int64_t start_us, sweep_us;
};

static int64_t
now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- one client ---------------------------------------------------------- */

static bool
connect_client(struct load *l, struct client *c)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)l->plan->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval limit = {.tv_sec = 2};
	int one = 1;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return false;
	setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) == 0)
		return true;
	close(c->fd);
	c->fd = -1;
	return false;
}

static void
disconnect(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* A request has ended; `wrong` is NULL or says how it failed. */
static void
end_request(struct load *l, struct client *c, const char *wrong)
{
	struct load_result *r = l->result;
	c->busy = false;
	l->busy--;
	r->us = c->now_us - l->start_us;
	if (wrong == NULL) {
		samples_add(&r->whole, c->now_us - c->due_us);
		samples_add(&r->first, c->answer.first_us - c->due_us);
		if (c->reply.close)
			disconnect(c);
		return;
	}
	disconnect(c);
	if (r->failed++ == 0)
		snprintf(r->first_wrong, sizeof(r->first_wrong),
		    "%s (status %d, %d events, after %lld ms)", wrong,
		    c->reply.status, c->answer.events,
		    (long long)(c->now_us - c->sent_us) / 1000);
}

/* Send the next request. */
static void
ask(struct load *l, struct client *c, int64_t due_us)
{
	static char request[REQUEST_MAX];
	struct load_result *r = l->result;
	unsigned number = (unsigned)r->asked++;
	size_t len = answer_request(
	    &l->plan->question, number, request, sizeof(request));
	reply_start(&c->reply);
	answer_start(&c->answer, &l->plan->question, number, &r->gaps);
	c->busy = true;
	if (++l->busy > r->most_open)
		r->most_open = l->busy;

	c->sent_us = c->now_us = now_us();
	c->due_us = due_us > 0 ? due_us : c->sent_us;
	if (c->fd < 0 && !connect_client(l, c))
		end_request(l, c, "connect");
	else if (send(c->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
		end_request(l, c, "send");
}

static void
on_body(void *ctx, const char *bytes, size_t len)
{
	struct client *c = ctx;
	answer_feed(&c->answer, bytes, len, c->now_us);
}

/* Read what has come. */
static void
hear(struct load *l, struct client *c)
{
	static char bytes[65536];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	c->now_us = now_us();
	if (!c->busy || n <= 0) {
		/* An idle connection may be closed at any time. */
		if (c->busy)
			end_request(l, c, "connection lost");
		disconnect(c);
		return;
	}
	reply_feed(&c->reply, bytes, (size_t)n, on_body, c);
	if (c->reply.state == REPLY_BROKEN)
		end_request(l, c, "broken reply");
	else if (c->reply.state == REPLY_DONE)
		end_request(l, c,
		    c->reply.status != 200 ? "status"
					   : answer_verdict(&c->answer));
}

/* --- all of them --------------------------------------------------------- */

static bool
may_ask(const struct load *l, int64_t now)
{
	return l->result->asked < l->plan->count &&
	    now - l->start_us < l->plan->us;
}

/* When the next request of a given rate is due. */
static int64_t
next_due(const struct load *l)
{
	return l->start_us + l->result->asked * 1000000 / l->plan->rate;
}

/* Give idle clients their next request. When to look again: at once (0) or
 * after so many microseconds. */
static int64_t
ask_all(struct load *l)
{
	const struct load_plan *p = l->plan;
	int64_t wait = SWEEP_US;
	if (l->busy == p->clients || !may_ask(l, now_us()))
		return wait;
	for (int i = 0; i < p->clients; i++) {
		struct client *c = &l->clients[i];
		int64_t now = now_us();
		int64_t due = p->rate > 0
		    ? next_due(l)
		    : l->start_us + p->rise_us * i / p->clients;
		if (c->busy || !may_ask(l, now))
			continue;
		if (due > now)
			wait = due - now < wait ? due - now : wait;
		else
			ask(l, c, p->rate > 0 ? due : 0);
	}
	return wait;
}

/* Requests that take too long have failed. */
static void
sweep(struct load *l)
{
	int64_t now = now_us();
	if (now < l->sweep_us)
		return;
	l->sweep_us = now + SWEEP_US;
	for (int i = 0; i < l->plan->clients; i++) {
		struct client *c = &l->clients[i];
		if (!c->busy || now - c->sent_us < l->plan->wait_us)
			continue;
		c->now_us = now;
		end_request(l, c, "timeout");
	}
}

static void
drive(struct load *l)
{
	struct epoll_event events[EVENTS_MAX];
	int64_t wait = ask_all(l);
	while (l->busy > 0 || may_ask(l, now_us())) {
		struct timespec limit = {.tv_nsec = wait * 1000};
		int n =
		    epoll_pwait2(l->epoll, events, EVENTS_MAX, &limit, NULL);
		for (int i = 0; i < n; i++)
			hear(l, events[i].data.ptr);
		sweep(l);
		wait = ask_all(l);
	}
}

static int64_t
own_cpu_us(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return ((int64_t)u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
	    u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

bool
load_run(const struct load_plan *plan, struct load_result *result)
{
	struct load l = {.plan = plan,
	    .result = result,
	    .clients = calloc((size_t)plan->clients, sizeof(struct client)),
	    .epoll = epoll_create1(EPOLL_CLOEXEC)};
	bool ok = l.clients != NULL && l.epoll >= 0;

	/* All connections exist before the first request. */
	for (int i = 0; ok && i < plan->clients; i++)
		ok = connect_client(&l, &l.clients[i]);
	if (ok) {
		/* Timers to the microsecond. */
		prctl(PR_SET_TIMERSLACK, 1000UL);
		result->cpu_us = -own_cpu_us();
		l.start_us = l.sweep_us = now_us();
		drive(&l);
		result->cpu_us += own_cpu_us();
	}
	int why = errno;
	for (int i = 0; l.clients != NULL && i < plan->clients; i++)
		if (l.clients[i].fd > 0)
			disconnect(&l.clients[i]);
	if (l.epoll >= 0)
		close(l.epoll);
	free(l.clients);
	errno = why;
	return ok;
}

void
load_clear(struct load_result *result)
{
	samples_clear(&result->whole);
	samples_clear(&result->first);
	samples_clear(&result->gaps);
}
