/* Tests of base/crypt and base/clock. */
#include "base/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/master_ring.h"
#include "base/text.h"
#include "unit.h"

extern struct unit_suite crypt_suite;

/* 00 01 02 … 1f as the master, and what HKDF-SHA256 makes of it (computed
 * with another implementation). */
#define MASTER                             \
	"000102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"
#define OTHER                              \
	"ff0102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"
#define THIRD                              \
	"ee0102030405060708090a0b0c0d0e0f" \
	"101112131415161718191a1b1c1d1e1f"

static char folder[] = "/tmp/keywheel-test-XXXXXX";
static char path[64];

static bool
make_folder(void)
{
	static bool made;
	if (!made)
		made = mkdtemp(folder) != NULL;
	snprintf(path, sizeof(path), "%s/master", folder);
	return made;
}

static void
write_file(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_FATAL(write(fd, bytes, len) == (ssize_t)len);
	close(fd);
}

static void
load(struct master_key *key)
{
	const char *why = NULL;
	CU_ASSERT_FATAL(make_folder());
	write_file(MASTER, strlen(MASTER));
	CU_ASSERT_FATAL(crypt_load_master(path, key, &why));
	unlink(path);
}

static void
check_hex(const uint8_t *bytes, size_t len, const char *hex, const char *row)
{
	struct buf out;
	buf_init(&out, BUF_SMALL);
	text_hex(&out, bytes, len);
	UNIT_ROW(unit_same(buf_cstr(&out), hex), row);
	buf_clear(&out);
}

static void
test_load(void)
{
	static const struct {
		const char *row, *text;
		bool ok;
	} rows[] = {
	    {"plain", MASTER, true},
	    {"blanks around", " \t" MASTER " \r\n\n", true},
	    {"empty", "", false},
	    {"too short", "0011\n", false},
	    {"one digit less", &MASTER[1], false},
	    {"one digit more", MASTER "0", false},
	    {"twice", MASTER "\n" MASTER "\n", false},
	    {"two", MASTER "\n" OTHER "\n", true},
	    {"three", MASTER "\n" OTHER "\n" THIRD "\n", false},
	    {"a key of hashes", MASTER "\nhash " OTHER "\n", true},
	    {"… with a short name", MASTER "\nhas " OTHER "\n", false},
	    {"… twice", MASTER "\nhash " OTHER "\nhash " THIRD "\n", false},
	    {"… alone", "hash " OTHER "\n", false},
	    {"… and nothing", MASTER "\nhash\n", false},
	    {"no hex", "x" MASTER, false},
	    {"text behind", MASTER " x", false},
	};
	CU_ASSERT_FATAL(make_folder());
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct master_key key;
		const char *why = NULL;
		write_file(rows[i].text, strlen(rows[i].text));
		UNIT_ROW(crypt_load_master(path, &key, &why) == rows[i].ok,
		    rows[i].row);
		UNIT_ROW((why == NULL) == rows[i].ok, rows[i].row);
		crypt_forget_master(&key);
	}

	struct master_key key;
	const char *why = NULL;
	write_file(MASTER "\0", strlen(MASTER) + 1);
	CU_ASSERT(!crypt_load_master(path, &key, &why));
	unlink(path);
	CU_ASSERT(!crypt_load_master(path, &key, &why));
	CU_ASSERT_STRING_EQUAL(why, "No such file or directory");
	CU_ASSERT(!crypt_load_master(folder, &key, &why));
	CU_ASSERT_STRING_EQUAL(why, "Is a directory");
}

static void
test_derived(void)
{
	struct master_key key;
	load(&key);
	check_hex(master_ring_seal(key.ring, 0), CRYPT_KEY_SIZE,
	    "50c41335c569de779de2caafafbce55c1e2214cc12488b01c6f16260a9ff8059",
	    "seal");
	check_hex(key.hash, sizeof(key.hash),
	    "a09a311c06cbe3ece9e1355829d570e2aa6f7af760bf1405e88fa957c1373def",
	    "hash");

	uint8_t hash[CRYPT_HASH_SIZE];
	crypt_hash(&key, "sk-123456", 9, hash);
	check_hex(hash, sizeof(hash),
	    "4afe3440339dfd77fb4ec14b26cea1d53097f26218565f514e725aae2fe49a71",
	    "token");
	crypt_hash(&key, "", 0, hash);
	check_hex(hash, sizeof(hash),
	    "0a02fd8ed4e1ce13475d44417b3f0005c40eb82c1d0521c9713faa1a74c96525",
	    "empty");
	crypt_forget_master(&key);
}

static bool
has_same_seal(const struct master_key *a, const struct master_key *b)
{
	return memcmp(master_ring_seal(a->ring, 0),
		   master_ring_seal(b->ring, 0), CRYPT_KEY_SIZE) == 0;
}

static void
test_make(void)
{
	CU_ASSERT_FATAL(make_folder());
	unlink(path);
	mode_t mask = umask(0);
	CU_ASSERT(crypt_make_master(path));
	umask(mask);
	struct stat st = {0};
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(st.st_size, 65);
	struct master_key one, two;
	const char *why = NULL;
	CU_ASSERT(crypt_load_master(path, &one, &why));

	/* What is there stays. */
	errno = 0;
	CU_ASSERT(!crypt_make_master(path));
	CU_ASSERT_EQUAL(errno, EEXIST);
	CU_ASSERT(crypt_load_master(path, &two, &why));
	CU_ASSERT(has_same_seal(&one, &two));
	crypt_forget_master(&two);
	unlink(path);
	CU_ASSERT(crypt_make_master(path));
	CU_ASSERT(crypt_load_master(path, &two, &why));
	CU_ASSERT(!has_same_seal(&one, &two));
	crypt_forget_master(&one);
	crypt_forget_master(&two);
	unlink(path);
	rmdir(folder);
	CU_ASSERT(!crypt_make_master(path));
	CU_ASSERT_EQUAL(errno, ENOENT);
	CU_ASSERT_EQUAL(mkdir(folder, 0700), 0);
}

static void
test_seal(void)
{
	struct master_key key;
	load(&key);
	static const size_t sizes[] = {0, 1, 39, 5000};
	char plain[5000];
	memset(plain, 'k', sizeof(plain));
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		char row[32];
		snprintf(row, sizeof(row), "%zu bytes", sizes[i]);
		struct buf sealed, second, open;
		buf_init(&sealed, BUF_SMALL);
		buf_init(&second, BUF_SMALL);
		buf_init(&open, BUF_SMALL);
		buf_str(&open, "before ");
		UNIT_ROW(crypt_seal(&key, plain, sizes[i], &sealed), row);
		UNIT_ROW(crypt_seal(&key, plain, sizes[i], &second), row);
		UNIT_ROW(sealed.len == sizes[i] + CRYPT_SEAL_OVERHEAD, row);
		UNIT_ROW(
		    memcmp(sealed.data, second.data, sealed.len) != 0, row);
		UNIT_ROW(
		    crypt_open(&key, (uint8_t *)sealed.data, sealed.len, &open),
		    row);
		UNIT_ROW(open.len == 7 + sizes[i], row);
		UNIT_ROW(memcmp(open.data + 7, plain, sizes[i]) == 0, row);
		buf_clear(&open);
		buf_clear(&second);
		buf_clear(&sealed);
	}
	crypt_forget_master(&key);
}

static void
test_known_sealed(void)
{
	/* Sealed by another implementation, with the nonce 0a … 0a. */
	struct master_key key;
	load(&key);
	uint8_t sealed[64];
	long len = text_unhex("0a0a0a0a0a0a0a0a0a0a0a0abc11a40e8cee4f1d"
			      "ace0ab5b04256e4827c53def8d93fc4532e46bac",
	    sealed, sizeof(sealed));
	struct buf open;
	buf_init(&open, BUF_SMALL);
	CU_ASSERT(len > 0 && crypt_open(&key, sealed, (size_t)len, &open));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&open), "AIza-example");
	buf_clear(&open);
	crypt_forget_master(&key);
}

static void
test_tampered(void)
{
	struct master_key key;
	load(&key);
	struct buf sealed, open;
	buf_init(&sealed, BUF_SMALL);
	buf_init(&open, BUF_SMALL);
	CU_ASSERT_FATAL(crypt_seal(&key, "secret", 6, &sealed));
	uint8_t *bytes = (uint8_t *)sealed.data;

	/* Each bit and each length counts. */
	for (size_t i = 0; i < sealed.len * 8; i++) {
		char row[32];
		snprintf(row, sizeof(row), "bit %zu", i);
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		UNIT_ROW(!crypt_open(&key, bytes, sealed.len, &open), row);
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t len = 0; len < sealed.len; len++)
		CU_ASSERT(!crypt_open(&key, bytes, len, &open));
	struct master_key other = {.seal = {0}};
	memcpy(other.seal, master_ring_seal(key.ring, 0), CRYPT_KEY_SIZE);
	CU_ASSERT(crypt_open(&other, bytes, sealed.len, &open));
	buf_reset(&open);
	other.seal[0] ^= 1;
	CU_ASSERT(!crypt_open(&other, bytes, sealed.len, &open));
	CU_ASSERT_EQUAL(open.len, 0);
	CU_ASSERT(crypt_open(&key, bytes, sealed.len, &open));
	buf_clear(&open);

	/* A buffer without room is told. */
	buf_init(&open, 3);
	CU_ASSERT(!crypt_open(&key, bytes, sealed.len, &open));
	CU_ASSERT(!crypt_seal(&key, "secret", 6, &open));
	buf_clear(&open);
	buf_clear(&sealed);
	crypt_forget_master(&key);
}

static void
test_random_text(void)
{
	unsigned seen[256] = {0};
	struct buf out;
	buf_init(&out, BUF_SMALL);
	crypt_random_text(&out, "sk-", 48);
	CU_ASSERT_EQUAL(out.len, 51);
	CU_ASSERT_EQUAL(strncmp(buf_cstr(&out), "sk-", 3), 0);
	buf_reset(&out);
	crypt_random_text(&out, "", 31000);
	for (size_t i = 0; i < out.len; i++)
		seen[(unsigned char)out.data[i]]++;

	/* 62 letters, 500 of each on average, deviating by 22. */
	unsigned letters = 0;
	for (size_t c = 0; c < COUNT_OF(seen); c++) {
		letters += seen[c] > 0;
		CU_ASSERT(seen[c] == 0 || (seen[c] > 350 && seen[c] < 650));
		CU_ASSERT(seen[c] == 0 || strchr("-_+/=", (int)c) == NULL);
	}
	CU_ASSERT_EQUAL(letters, 62);

	/* A plain remainder would favour the first eight letters by a
	 * quarter; their sum is 4000, deviating by 60. */
	unsigned first = 0;
	for (size_t c = '0'; c <= '7'; c++)
		first += seen[c];
	CU_ASSERT(first < 4400);
	buf_clear(&out);
}

static void
test_uuid(void)
{
	char one[CRYPT_ID_SIZE + 1], two[CRYPT_ID_SIZE + 1];
	int64_t before = clock_wall_ms();
	crypt_uuid7(one);
	usleep(2000);
	crypt_uuid7(two);
	int64_t after = clock_wall_ms();
	CU_ASSERT_EQUAL(strlen(one), CRYPT_ID_SIZE);
	CU_ASSERT(strcmp(one, two) < 0);

	static const char form[] = "xxxxxxxx-xxxx-7xxx-vxxx-xxxxxxxxxxxx";
	static const char *const sets[] = {"0123456789abcdef", "89ab"};
	for (size_t i = 0; i < CRYPT_ID_SIZE; i++) {
		const char *set = form[i] == 'x' ? sets[0]
		    : form[i] == 'v'             ? sets[1]
						 : form + i;
		CU_ASSERT(set >= form && set < form + sizeof(form)
			? one[i] == form[i]
			: strchr(set, one[i]) != NULL);
	}

	/* The first twelve digits are the time. */
	char stamp[13] = "";
	memcpy(stamp, one, 8);
	memcpy(stamp + 8, one + 9, 4);
	int64_t ms = strtoll(stamp, NULL, 16);
	CU_ASSERT(ms >= before && ms <= after);
}

static void
test_same(void)
{
	static const char TEXT[] = "a\0bcdefgh";
	for (size_t at = 0; at < sizeof(TEXT); at++) {
		char other[sizeof(TEXT)];
		memcpy(other, TEXT, sizeof(TEXT));
		CU_ASSERT_TRUE(crypt_is_same(TEXT, other, sizeof(TEXT)));
		other[at] ^= 1;
		CU_ASSERT_FALSE(crypt_is_same(TEXT, other, sizeof(TEXT)));
		CU_ASSERT_TRUE(crypt_is_same(TEXT, other, at));
	}
}

static void
test_wipe_and_clock(void)
{
	uint8_t bytes[40];
	crypt_random(bytes, sizeof(bytes));
	uint8_t zeros[40] = {0};
	CU_ASSERT_NOT_EQUAL(memcmp(bytes, zeros, sizeof(zeros)), 0);
	crypt_wipe(bytes, sizeof(bytes));
	CU_ASSERT_EQUAL(memcmp(bytes, zeros, sizeof(zeros)), 0);
	rmdir(folder);

	int64_t start = clock_mono_ms();
	usleep(20000);
	int64_t took = clock_mono_ms() - start;
	CU_ASSERT(took >= 20 && took < 5000);
	CU_ASSERT(clock_wall_ms() > INT64_C(1700000000000));
}

static CU_TestInfo tests[] = {
    {"loads a master key", test_load},
    {"derives and hashes as others do", test_derived},
    {"makes a master key once", test_make},
    {"opens what it sealed", test_seal},
    {"opens what others sealed", test_known_sealed},
    {"opens nothing that was changed", test_tampered},
    {"makes random texts", test_random_text},
    {"makes ids in the order of time", test_uuid},
    {"compares every byte", test_same},
    {"wipes; the clocks go", test_wipe_and_clock},
    CU_TEST_INFO_NULL,
};

struct unit_suite crypt_suite = {"base/crypt", tests};
