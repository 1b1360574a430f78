/* upstream/webhook: who is wanted elsewhere while a message is under way. */
#include "upstream/webhook.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#define BODY "{\"state\":\"raised\"}"

/* A receiver on the loopback that takes all and answers nothing. */
struct receiver {
	int listen_fd, fd;
	char url[64];
};

static void
receiver_open(struct receiver *r)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	r->fd = -1;
	r->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CU_ASSERT_FATAL(r->listen_fd >= 0);
	CU_ASSERT_EQUAL_FATAL(
	    bind(r->listen_fd, (struct sockaddr *)&at, size), 0);
	CU_ASSERT_EQUAL_FATAL(listen(r->listen_fd, 1), 0);
	CU_ASSERT_EQUAL_FATAL(
	    getsockname(r->listen_fd, (struct sockaddr *)&at, &size), 0);
	snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%d/",
	    (int)ntohs(at.sin_port));
}

static void
receiver_close(struct receiver *r)
{
	close(r->listen_fd);
	if (r->fd >= 0)
		close(r->fd);
}

/* Has the whole message come? */
static bool
has_all(void *ctx)
{
	struct receiver *r = ctx;
	char bytes[4096] = "";
	if (r->fd < 0)
		r->fd = accept(r->listen_fd, NULL, NULL);
	if (r->fd >= 0)
		(void)!recv(
		    r->fd, bytes, sizeof(bytes) - 1, MSG_PEEK | MSG_DONTWAIT);
	return strstr(bytes, BODY) != NULL;
}

static bool
at_once(void *ctx)
{
	(void)ctx;
	return true;
}

static enum webhook_end
post(bool (*stop)(void *ctx), struct buf *why)
{
	struct receiver r;
	struct webhook_answer answer;
	receiver_open(&r);
	const struct webhook webhook = {
	    .url = r.url,
	    .body = BODY,
	    .len = sizeof(BODY) - 1,
	    .total_ms = 20000,
	    .stop = stop,
	    .ctx = &r,
	};
	enum webhook_end end = webhook_run(&webhook, &answer, why);
	buf_clear(&answer.body);
	receiver_close(&r);
	return end;
}

/* What was not sent may be sent at once; what was sent may have been taken, so
 * it counts as a try. */
static void
test_stop(void)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	CU_ASSERT_EQUAL(post(at_once, &why), WEBHOOK_STOPPED);
	CU_ASSERT_EQUAL(why.len, 0);
	CU_ASSERT_EQUAL(post(has_all, &why), WEBHOOK_FAILED);
	CU_ASSERT_STRING_EQUAL(
	    buf_cstr(&why), "its answer could not be waited for");
	buf_clear(&why);
}

static CU_TestInfo tests[] = {
    {"wanted elsewhere", test_stop},
    CU_TEST_INFO_NULL,
};

struct unit_suite webhook_suite = {"upstream/webhook", tests};
