/* gateway/relay: waiting for a key while all of them rest. */
#include "base/attr.h"
#include "scripted_ports.h"
#include "unit.h"

/* Before the first attempt. */
static const struct scene first[] = {
    {"a key comes back", "W500 1", "200 =ab$",
	"pause500 wait send1 commit write(ab) write(.) finish end",
	"complete 200 key=1 attempts=1 first=500"},
    {"the pool is asked as often as it says", "W500 W1000 W20 1", "200 =ab$",
	"pause500 wait pause1000 wait pause20 wait send1 commit write(ab) "
	"write(.) finish end",
	"complete 200 key=1 attempts=1 first=1520"},
    {"none came back: the true time", "W500 R4200", NULL,
	"pause500 wait refuse(resting after=5 ms=4200) end",
	"limited 429 key=0 attempts=0 first=-1"},
    {"the last key has gone meanwhile", "W500 N", NULL,
	"pause500 wait refuse(no_key) end",
	"no_key 503 key=0 attempts=0 first=-1"},
    {"no database meanwhile", "W500 D", NULL,
	"pause500 wait refuse(database) end",
	"internal_error 503 key=0 attempts=0 first=-1"},
    {"the client leaves", "W500", NULL, "pause500 leave finish end",
	"client_gone 499 key=0 attempts=0 first=-1", .gone_in_pause = 1},
    {"… when it has waited a while", "W500 W700", NULL,
	"pause500 wait pause700 leave finish end",
	"client_gone 499 key=0 attempts=0 first=-1", .gone_in_pause = 2},
    {"no longer than the request may take", "W500 W700", NULL,
	"pause500 wait leave refuse(resting after=1 ms=700) end",
	"limited 429 key=0 attempts=0 first=-1", .total_ms = 1000},
    {"a stream lives on", "W2500 W1000 1", "200 =ab$",
	"pause2500 wait pause500 commit beat pause500 wait send1 write(ab) "
	"write(.) finish end",
	"complete 200 key=1 attempts=1 first=3500"},
    {"… and ends in an error event", "W3500 R4200", NULL,
	"pause3000 commit beat pause500 wait write(error:resting) finish end",
	"limited 200 key=0 attempts=0 first=-1"},
    {"a request that is not streamed has no signs of life", "W3500 1",
	"200 =ab$", "pause3500 wait send1 commit=2 write(ab) finish end",
	"complete 200 key=1 attempts=1 first=3500", .whole = true},
};

/* Between two attempts. The verdict is told once, when the key is given back,
 * whatever becomes of the waiting. */
static const struct scene later[] = {
    {"a key comes back", "1 W500 1", "err:over / 200 =ab$",
	"send1 pause1000 retry(1) pause500 wait send1 commit write(ab) "
	"write(.) finish end",
	"complete 200 key=1 attempts=2 first=1500"},
    {"none came back", "1 W500 R4200", "err:deny",
	"send1 retry(1) pause500 wait refuse(resting after=5 ms=4200) end",
	"limited 429 key=1 attempts=1 first=-1"},
    {"the client leaves", "1 W500", "err:int",
	"send1 retry(1) pause500 leave finish end",
	"client_gone 499 key=1 attempts=1 first=-1", .gone_in_pause = 1},
    {"no longer than the request may take", "1 W500", "+600 err:int",
	"send1 retry(1) leave refuse(resting after=1 ms=500) end",
	"limited 429 key=1 attempts=1 first=-1", .total_ms = 1000},
};

static void
test_first(void)
{
	scripted_check_all(first, COUNT_OF(first));
}

static void
test_later(void)
{
	scripted_check_all(later, COUNT_OF(later));
}

static CU_TestInfo tests[] = {
    {"before the first attempt", test_first},
    {"between two attempts", test_later},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_wait_suite = {"gateway/relay, waiting", tests};
