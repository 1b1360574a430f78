/* gateway/relay: answers in parts, each with a key of its own. */
#include "base/attr.h"
#include "scripted_ports.h"
#include "unit.h"

#define SLOW "Slow down."
#define RATE(key)                                                         \
	"{\"key\":" #key ",\"name\":\"rate_minute\",\"evidence\":\"" SLOW \
	"\",\"rest\":\"project\",\"rest_ms\":30000,\"cap_ms\":0,"         \
	"\"all_models\":false,\"long\":false,\"disable_after\":0,"        \
	"\"disable_project\":false,\"limits\":{\"rpm\":10}}"
#define CLEAR(key) "{\"key\":" #key ",\"clear\":true}"

static const struct scene parts[] = {
    {"each has the next key", "1 2 3", "200 =ab& / 200 =cd& / 200 =ef$",
	"send1 next send2 next send3 commit=6 write(abcdef) finish end",
	"complete 200 key=3 attempts=3 first=0", "", "", .whole = true},
    {"faults are forgotten for each that answers", "1f1 2 3f2",
	"200 =ab& / 200 =cd& / 200 =ef$", NULL, NULL,
	"n:" CLEAR(1) " e:" CLEAR(3), .whole = true},
    {"one that fails is tried again, those before are kept", "1 2 3 4",
	"200 =ab& / 200 =x cut / 200 =cd& / 200 =ef$",
	"send1 next send2 retry(2) send3 next send4 commit=6 write(abcdef) "
	"finish end",
	"complete 200 key=4 attempts=4 first=0", .whole = true},
    {"who has failed one may serve the next", "1 2 3 1",
	"err:rate / 200 =ab& / err:rate / 200 =cd$",
	"send1 retry(1) send2 next send3 retry(3) send1 commit=4 write(abcd) "
	"finish end",
	"complete 200 key=1 attempts=4 first=0", "r:" RATE(1) " r:" RATE(3),
	.whole = true},
    {"each may fail as often as a request", "1 2 3 4 5 6",
	"none / 200 =ab& / none / 200 =cd& / none / 200 =e$", NULL,
	"complete 200 key=6 attempts=6 first=0", .max_retries = 1,
	.whole = true},
    {"… and no oftener", "1 2 3", "200 =ab& / err:rate / err:rate",
	"send1 next send2 retry(2) send3 refuse(resting after=30 ms=30000) end",
	"limited 429 key=3 attempts=3 first=-1", "r:" RATE(2) " e:" RATE(3),
	SLOW, .max_retries = 1, .whole = true},
    {"waits have their line", "1 W500 2", "200 =ab& / 200 =cd$",
	"send1 next pause500 wait send2 commit=4 write(abcd) finish end",
	"complete 200 key=2 attempts=2 first=500", .whole = true},
    {"who has no key for the rest gets nothing", "1f2 R9000", "200 =ab&",
	"send1 next refuse(resting after=9 ms=9000) end",
	"limited 429 key=1 attempts=1 first=-1", "n:" CLEAR(1), .whole = true},
    {"… not for what an earlier part has met", "1 2 N", "err:auth / 200 =ab&",
	"send1 retry(1) send2 next refuse(no_key) end",
	"no_key 503 key=2 attempts=2 first=-1", .whole = true},
    {"the client leaves while it waits", "1 W500", "200 =ab&",
	"send1 next pause500 leave finish end",
	"client_gone 499 key=1 attempts=1 first=-1", .gone_in_pause = 1,
	.whole = true},
    {"all of them have the time of one request", "1 2",
	"200 +4000 =a +1000 =b& / +5100",
	"send1 next send2 refuse(timeout) end",
	"timeout_first_byte 504 key=2 attempts=2 first=-1", .total_ms = 10000,
	.whole = true},
};

static void
test_parts(void)
{
	scripted_check_all(parts, COUNT_OF(parts));
}

static CU_TestInfo tests[] = {
    {"parts", test_parts},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_parts_suite = {"gateway/relay, parts", tests};
