/* gateway/relay: pieces at their pace, answers held to their end, signs of
 * life between attempts. */
#include "gateway/relay.h"

#include "base/attr.h"
#include "scripted_ports.h"
#include "unit.h"

#define TEST_OF(table)                                      \
	static void test_##table(void)                      \
	{                                                   \
		scripted_check_all(table, COUNT_OF(table)); \
	}

static const struct scene pieces[] = {
    {"one after the other, the end at once", "1", "200 =a~b~cd~$",
	"0:send1 0:commit 0:write(a) 0:pause100 100:write(b) 100:pause100 "
	"200:write(cd) 200:write(.) 200:finish 200:end",
	"complete 200 key=1 attempts=1 first=0", .times = true},
    {"what is no piece follows at once", "1", "200 =a~bcd =efg$",
	"0:send1 0:commit 0:write(a) 0:write(bcd) 0:write(efg) 0:write(.) "
	"0:finish 0:end",
	.times = true},
    {"the pace goes on over several events", "1", "200 =a~b~ =c~d~$",
	"0:send1 0:commit 0:write(a) 0:pause100 100:write(b) 100:pause100 "
	"200:write(c) 200:pause100 300:write(d) 300:write(.) 300:finish "
	"300:end",
	.times = true},
    {"no delay where Gemini is slower", "1", "200 =a~ +100 =b~ +700 =c~$",
	"0:send1 0:commit 0:write(a) 100:write(b) 800:write(c) 800:write(.) "
	"800:finish 800:end",
	.times = true},
    {"only what is left of it where Gemini is a little faster", "1",
	"200 =a~ +60 =b~ +60 =c~ +200 =d~$",
	"0:send1 0:commit 0:write(a) 60:pause40 100:write(b) 160:pause40 "
	"200:write(c) 400:write(d) 400:write(.) 400:finish 400:end",
	.times = true},
    {"a client that reads slowly is not kept waiting as well", "1",
	"200 =a~b~c~$",
	"0:send1 0:commit 0:write(a) 80:pause20 100:write(b) 180:pause20 "
	"200:write(c) 280:write(.) 360:finish 360:end",
	.times = true, .slow_write = 80},
    {"… and what is late is caught up with", "1", "200 =a~b~c~d~$",
	"0:send1 0:commit 0:write(a) 150:write(b) 300:write(c) 450:write(d) "
	"600:write(.) 750:finish 750:end",
	.times = true, .slow_write = 150},
    {"parts of milliseconds add up", "1", "200 =a~b~c~d~e~$",
	"0:send1 0:commit 0:write(a) 0:pause2 2:write(b) 2:pause3 5:write(c) "
	"5:pause2 7:write(d) 7:pause3 10:write(e) 10:write(.) 10:finish "
	"10:end",
	.times = true, .piece_us = 2500},
    {"less than a millisecond is no pause of its own", "1", "200 =a~b~c~d~e~$",
	"0:send1 0:commit 0:write(a) 0:write(b) 0:write(c) 0:pause1 "
	"1:write(d) 1:write(e) 1:write(.) 1:finish 1:end",
	.times = true, .piece_us = 400},
    {"nothing but the answer in an answer that is whole", "1", "200 =ab$",
	"send1 commit=2 write(ab) finish end", .whole = true},
};
TEST_OF(pieces)

static const struct scene limits[] = {
    {"the client leaves between two pieces", "1", "200 =a~b~c~$",
	"0:send1 0:commit 0:write(a) 0:pause100 100:write(b) 100:pause100 "
	"200:finish 200:end",
	"client_gone 200 key=1 attempts=1 first=0", "", .times = true,
	.gone_in_pause = 2},
    {"the pace ends when nine tenths of the time are over", "1",
	"200 =a~b~c~d~e~f~ =g~h~$",
	"0:send1 0:commit 0:write(a) 0:pause400 400:write(b) 400:pause400 "
	"800:write(c) 800:pause100 900:write(d) 900:write(e) 900:write(f) "
	"900:write(g) 900:write(h) 900:write(.) 900:finish 900:end",
	"complete 200 key=1 attempts=1 first=0", .times = true,
	.total_ms = 1000, .piece_us = 400000},
    {"our pauses are not Gemini's silence", "1", "200 =a~b~c~ +4900 =d~$",
	"0:send1 0:commit 0:write(a) 0:pause4000 4000:write(b) "
	"4000:pause4000 8000:write(c) 12900:write(d) 12900:write(.) "
	"12900:finish 12900:end",
	"complete 200 key=1 attempts=1 first=0", .times = true,
	.heartbeat_ms = 99999, .piece_us = 4000000},
    {"… but silence after them is", "1", "200 =a~b~ +9000",
	"0:send1 0:commit 0:write(a) 0:pause4000 4000:write(b) "
	"9000:write(error:timeout) 9000:finish 9000:end",
	"timeout_idle 200 key=1 attempts=1 first=0", .times = true,
	.heartbeat_ms = 99999, .piece_us = 4000000},
    {"pieces before an error event", "1", "200 =a~b~!over",
	"send1 commit write(a) pause100 write(b) write(error:overloaded) "
	"finish end"},
};
TEST_OF(limits)

static const struct scene held[] = {
    {"all at once, at the end", "1", "200 =ab +1000 =cd$",
	"0:send1 1000:commit 1000:write(abcd.) 1000:finish 1000:end",
	"complete 200 key=1 attempts=1 first=1000", .times = true,
	.held = true},
    {"with signs of life", "1", "+3500 200 =ab +3000 =cd$",
	"0:send1 3000:commit 3000:beat 6000:beat 6500:write(abcd.) "
	"6500:finish 6500:end",
	"complete 200 key=1 attempts=1 first=6500", .times = true,
	.held = true},
    {"one that is cut goes to another key", "1 2", "200 =ab cut / 200 =cd$",
	"send1 retry(1) send2 commit write(cd.) finish end",
	"complete 200 key=2 attempts=2 first=0", .held = true},
    {"… that has no end", "1 2", "200 =ab / 200 =cd$",
	"send1 retry(1) send2 commit write(cd.) finish end",
	"complete 200 key=2 attempts=2 first=0", .held = true},
    {"… that is empty", "1", "200 =E / 200 =cd$",
	"send1 send1 commit write(cd.) finish end",
	"complete 200 key=1 attempts=2 first=0", .held = true},
    {"… that is garbled", "1 2", "200 =ab? / 200 =cd$",
	"send1 retry(1) send2 commit write(cd.) finish end",
	"complete 200 key=2 attempts=2 first=0", .held = true},
    {"… that turns into an error", "1 2", "200 =ab!int / 200 =cd$",
	"send1 retry(1) send2 commit write(cd.) finish end",
	"complete 200 key=2 attempts=2 first=0", .held = true},
    {"… also after a sign of life", "1 2", "+3000 200 =ab cut / 200 =cd$",
	"send1 commit beat retry(1) send2 write(cd.) finish end",
	"complete 200 key=2 attempts=2 first=3000", .held = true},
    {"a failure before one has its status", "1", "200 =ab cut",
	"send1 refuse(upstream) end", "truncated 502 key=1 attempts=1 first=-1",
	.held = true, .max_retries = -1},
    {"… after one is an event", "1", "+3000 200 =ab cut",
	"send1 commit beat write(error:upstream) finish end",
	"truncated 200 key=1 attempts=1 first=-1", .held = true,
	.max_retries = -1},
    {"in several hops", "1", "200 =ab> / 200 =cd$",
	"send1 send1 commit write(abcd.) finish end", .held = true},
    {"the client leaves", "1", "200 =ab gone", "send1 finish end",
	"client_gone 499 key=1 attempts=1 first=-1", .held = true},
};
TEST_OF(held)

static const struct scene between[] = {
    {"signs of life while a retry waits", "1 2 3 4",
	"err:over / err:over / err:over / 200 =ab$",
	"0:send1 0:pause1000 1000:retry(1) 1000:send2 1000:pause2000 "
	"3000:commit 3000:beat 3000:pause1000 4000:retry(1,2) 4000:send3 "
	"4000:pause2000 6000:beat 6000:pause3000 9000:beat 9000:pause3000 "
	"12000:beat 12000:pause1000 13000:retry(1,2,3) 13000:send4 "
	"13000:write(ab) 13000:write(.) 13000:finish 13000:end",
	"complete 200 key=4 attempts=4 first=13000", .times = true},
    {"the client leaves after one", "1", "err:over",
	"0:send1 0:pause700 700:commit 700:beat 700:pause300 1000:finish "
	"1000:end",
	"client_gone 200 key=1 attempts=1 first=-1", .times = true,
	.heartbeat_ms = 700, .gone_in_pause = 2},
};
TEST_OF(between)

static CU_TestInfo tests[] = {
    {"pieces", test_pieces},
    {"the limits of the pace", test_limits},
    {"answers that are held to their end", test_held},
    {"between attempts", test_between},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_pace_suite = {"gateway/relay, pace", tests};
