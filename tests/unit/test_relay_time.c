/* gateway/relay: waits, deadlines, time-outs and heartbeats. */
#include "gateway/relay.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "scripted_ports.h"
#include "unit.h"

#define TEST_OF(table)                                      \
	static void test_##table(void)                      \
	{                                                   \
		scripted_check_all(table, COUNT_OF(table)); \
	}

static const struct scene waits[] = {
    {"each repetition waits three times as long", "1 2 3 4",
	"err:over / err:over / err:over / 200 =ab$",
	"0:send1 0:pause1000 1000:retry(1) 1000:send2 1000:pause3000 "
	"4000:retry(1,2) 4000:send3 4000:pause9000 13000:retry(1,2,3) "
	"13000:send4 13000:commit 13000:write(ab) 13000:write(.) "
	"13000:finish 13000:end",
	"complete 200 key=4 attempts=4 first=13000", .times = true,
	.heartbeat_ms = 99999},
    {"the least jitter", "1 2 3", "err:over / err:over / 200 =ab$",
	"send1 pause800 retry(1) send2 pause2400 retry(1,2) send3 commit "
	"write(ab) write(.) finish end",
	.chance = -1, .heartbeat_ms = 99999},
    {"the most jitter", "1 2 3", "err:over / err:over / 200 =ab$",
	"send1 pause1196 retry(1) send2 pause3588 retry(1,2) send3 commit "
	"write(ab) write(.) finish end",
	.chance = 99, .heartbeat_ms = 99999},
    {"each verdict waits for itself", "1 2 3", "err:over / err:busy / 200 =ab$",
	"send1 pause1000 retry(1) send2 pause2000 retry(1,2) send3 commit "
	"write(ab) write(.) finish end"},
    {"no wait without a reason", "1 2", "err:rate / 200 =ab$",
	"send1 retry(1) send2 commit write(ab) write(.) finish end"},
    {"no wait into the deadline", "1", "+1500 err:over",
	"1500:send1 refuse(overloaded after=5) end", .total_ms = 2500},
    {"a wait that ends before it", "1 2", "+1499 err:over / 200 =ab$", NULL,
	"complete 200 key=2 attempts=2 first=2499", .total_ms = 2500},
};

static void
test_waits(void)
{
	/* The one whose log is easier said without times. */
	for (size_t i = 0; i < COUNT_OF(waits); i++) {
		struct scene scene = waits[i];
		if (scene.log != NULL && strncmp(scene.log, "1500:", 5) == 0)
			scene.log += 5;
		scripted_check(&scene);
	}
}

static const struct scene deadlines[] = {
    {"nothing comes at all", "1 2", "+20000 / 200 =ab$",
	"0:send1 10000:retry(1) 10000:send2 10000:commit 10000:write(ab) "
	"10000:write(.) 10000:finish 10000:end",
	"complete 200 key=2 attempts=2 first=10000", "", .times = true,
	.heartbeat_ms = 99999},
    {"a head without a body is no first byte", "1 2", "200 +20000 / 200 =ab$",
	"0:send1 10000:retry(1) 10000:send2 10000:commit 10000:write(ab) "
	"10000:write(.) 10000:finish 10000:end",
	.times = true, .heartbeat_ms = 99999},
    {"nothing comes, twice", "1 2", "+20000 / +20000",
	"send1 retry(1) send2 refuse(timeout) end",
	"timeout_first_byte 504 key=2 attempts=2 first=-1", "",
	"no answer began in time", .whole = true},
    {"a byte that is held back counts as the first", "1",
	"200 +9900 =_ +4900 =ab +4900 =cd$",
	"send1 commit write(ab) write(cd) write(.) finish end",
	"complete 200 key=1 attempts=1 first=14800", .heartbeat_ms = 99999},
    {"silence before anything was shown", "1", "200 =_ +9000",
	"0:send1 5000:refuse(timeout) 5000:end",
	"timeout_idle 504 key=1 attempts=1 first=-1", "",
	"the answer stood still for too long", .times = true,
	.heartbeat_ms = 99999},
    {"silence in the stream", "1", "200 =ab +9000",
	"0:send1 0:commit 0:write(ab) 5000:write(error:timeout) "
	"5000:finish 5000:end",
	"timeout_idle 200 key=1 attempts=1 first=0", "", .times = true,
	.heartbeat_ms = 99999},
    {"work of our own is no silence", "1", "200 =ab^ +4900 =cd$",
	"0:send1 6000:commit 6000:write(ab) 10900:write(cd) 10900:write(.) "
	"10900:finish 10900:end",
	"complete 200 key=1 attempts=1 first=6000", .times = true,
	.heartbeat_ms = 99999, .silences = "first=0 gap=4900"},
    {"… nor that of another lane", "1",
	"0.200 1.200 1.=_ 0.=a^ +4900 0.=b$ 1.=c$", NULL,
	"complete 200 key=1 attempts=1 first=10900", .lanes = 2, .more = "2",
	.heartbeat_ms = 99999},
    {"… but it counts for the whole request", "1", "200 =ab^ +100",
	"0:send1 6000:commit 6000:write(ab) 6100:write(error:timeout) "
	"6100:finish 6100:end",
	"truncated 200 key=1 attempts=1 first=6000", .times = true,
	.heartbeat_ms = 99999, .total_ms = 6000},
    {"the total deadline in the stream", "1", "200 =ab +4000 =cd +4000 =ef",
	"0:send1 0:commit 0:write(ab) 4000:write(cd) "
	"6000:write(error:timeout) 6000:finish 6000:end",
	"truncated 200 key=1 attempts=1 first=0", "", .times = true,
	.heartbeat_ms = 99999, .total_ms = 6000},
    {"the total deadline before anything came", "1", "+9000",
	"0:send1 6000:refuse(timeout) 6000:end",
	"timeout_first_byte 504 key=1 attempts=1 first=-1", "",
	"the time for the whole request ran out", .times = true,
	.heartbeat_ms = 99999, .total_ms = 6000},
    {"the total deadline counts all attempts", "1 2", "+5000 err:int / +9000",
	"0:send1 5000:retry(1) 5000:send2 7000:refuse(timeout) 7000:end",
	"timeout_first_byte 504 key=2 attempts=2 first=-1", .times = true,
	.whole = true, .total_ms = 7000},
    {"the first byte of each attempt for itself", "1 2",
	"+9900 err:int / +9900 200 =ab$", NULL,
	"complete 200 key=2 attempts=2 first=19800", .whole = true},
    {"… and of each part of an answer that goes on", "1",
	"200 =ab +4000 =cd +4000 =ef +4000 => / +5000 200 =gh$", NULL,
	"complete 200 key=1 attempts=1 first=0"},
    {"a part that does not begin", "1", "200 =ab> / +20000",
	"0:send1 0:commit 0:write(ab) 0:send1 10000:write(error:timeout) "
	"10000:finish 10000:end",
	"truncated 200 key=1 attempts=1 first=0", .times = true,
	.heartbeat_ms = 99999},
    {"complete at the deadline is complete", "1", "200 =ab$ +9000", NULL,
	"complete 200 key=1 attempts=1 first=0", .total_ms = 3000},
    {"an error whose text does not end", "1", "429 ={ +9000",
	"0:send1 5000:refuse(resting after=10 ms=10000) 5000:end",
	"limited 429 key=1 attempts=1 first=-1", .times = true,
	.heartbeat_ms = 99999, .max_retries = -1},
    {"an error without a text", "1 2", "503 +20000 / 200 =ab$",
	"0:send1 10000:pause1000 11000:retry(1) 11000:send2 11000:commit "
	"11000:write(ab) 11000:write(.) 11000:finish 11000:end",
	.times = true, .heartbeat_ms = 99999},
};
TEST_OF(deadlines)

static const struct scene heartbeats[] = {
    {"a wait shorter than that has none", "1", "+2900 200 =ab$",
	"0:send1 2900:commit 2900:write(ab) 2900:write(.) 2900:finish "
	"2900:end",
	"complete 200 key=1 attempts=1 first=2900", .times = true},
    {"the first one commits", "1", "+7000 200 =ab$",
	"0:send1 3000:commit 3000:beat 6000:beat 7000:write(ab) "
	"7000:write(.) 7000:finish 7000:end",
	"complete 200 key=1 attempts=1 first=7000", .times = true},
    {"while text is held back", "1", "200 +2000 =_ +2000 =_ +2000 =ab$",
	"0:send1 3000:commit 3000:beat 6000:beat 6000:write(ab) "
	"6000:write(.) 6000:finish 6000:end",
	.times = true},
    {"between pieces of text", "1", "200 =ab +4000 =cd +2900 =ef$",
	"0:send1 0:commit 0:write(ab) 3000:beat 4000:write(cd) "
	"6900:write(ef) 6900:write(.) 6900:finish 6900:end",
	.times = true},
    {"a retry is possible after one", "1 2", "+3000 err:rate / 200 =ab$",
	"send1 commit beat retry(1) send2 write(ab) write(.) finish end",
	"complete 200 key=2 attempts=2 first=3000"},
    {"an error after one is an event", "1", "+3000 err:bad",
	"send1 commit beat write(error:argument) finish end",
	"client_error 200 key=1 attempts=1 first=-1"},
    {"… or breaks off", "1", "+3000 err:bad", "send1 commit beat break end",
	"client_error 200 key=1 attempts=1 first=-1", .mute = true},
    {"all keys rest after one", "1 R5000", "+3000 err:rate",
	"send1 commit beat retry(1) write(error:resting) finish end",
	"limited 200 key=1 attempts=1 first=-1"},
    {"none for a whole answer", "1", "+9000 200 =ab$",
	"send1 commit=2 write(ab) finish end", .whole = true},
    {"through several attempts", "1 2", "+2000 err:int / +2000 200 =ab$",
	"0:send1 2000:retry(1) 2000:send2 3000:commit 3000:beat "
	"4000:write(ab) 4000:write(.) 4000:finish 4000:end",
	.times = true},
};
TEST_OF(heartbeats)

static const struct scene silences[] = {
    {"before the first byte, and after it", "1",
	"+700 200 +300 =ab +400 =_ +900 =cd +100 =ef$",
	.silences = "first=1000 gap=900"},
    {"a byte that is held back ends one", "1", "+700 200 =_ +800 =ab$",
	.silences = "first=700 gap=800"},
    {"one piece has none in its middle", "1", "+700 200 =ab$",
	.silences = "first=700 gap=-1", .whole = true},
    {"of the attempt that answered", "1 2", "+3000 err:rate / +700 200 =ab$",
	.silences = "first=700 gap=-1"},
    {"waits for a key are none of Gemini's", "1 2", "err:over / +700 200 =ab$",
	.silences = "first=700 gap=-1"},
    {"an error is no answer", "1", "+700 err:bad",
	.silences = "first=-1 gap=-1"},
    {"cut off, and another key was quick", "1 2", "+20000 / +700 200 =ab$",
	.silences = "first=700 gap=-1"},
    {"… was slow too", "1 2", "+20000 / +6000 200 =ab$",
	.silences = "first=10000 gap=-1"},
    {"cut off twice", "1 2", "+20000 / +20000",
	.silences = "first=10000 gap=-1", .whole = true},
    {"cut off by the client's deadline", "1", "+20000",
	.silences = "first=-1 gap=-1", .total_ms = 2500},
    {"… in the middle", "1", "200 =ab +9000", .silences = "first=0 gap=-1",
	.total_ms = 2500},
    {"in the middle, cut off", "1", "200 =ab +9000",
	.silences = "first=0 gap=5000"},
    {"the longest of the lanes", "1",
	"+500 1.200 0.200 1.=ab +400 0.=cd +300 1.=ef$ 0.=gh$",
	.silences = "first=900 gap=700", .lanes = 2, .more = "2"},
};
TEST_OF(silences)

static CU_TestInfo tests[] = {
    {"waits before a retry", test_waits},
    {"deadlines and time-outs", test_deadlines},
    {"heartbeats", test_heartbeats},
    {"silences of Gemini", test_silences},
    CU_TEST_INFO_NULL,
};

struct unit_suite relay_time_suite = {"gateway/relay, time", tests};
