/* protocol/wav: headers, and files that come in pieces. */
#include "protocol/wav.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define TEXT(s) s, sizeof(s) - 1
#define FILE_HEAD "RIFF\0\0\0\0WAVE"
#define FORMAT "fmt \x10\0\0\0\1\0\1\0\xc0\x5d\0\0\x80\xbb\0\0\2\0\x10\0"

static void
test_header(void)
{
	const struct wav_sound stereo = {48000, 2};
	uint8_t header[WAV_HEADER_SIZE];
	wav_header(&stereo, 400, header);
	CU_ASSERT_EQUAL(memcmp(header,
			    "RIFF\xb4\1\0\0WAVEfmt \x10\0\0\0\1\0\2\0"
			    "\x80\xbb\0\0\0\xee\2\0\4\0\x10\0data\x90\1\0\0",
			    WAV_HEADER_SIZE),
	    0);
	wav_header(&stereo, UINT32_MAX, header);
	CU_ASSERT_EQUAL(memcmp(header + 4, "\xff\xff\xff\xff", 4), 0);
	CU_ASSERT_EQUAL(memcmp(header + 40, "\xff\xff\xff\xff", 4), 0);
}

/* What samples a file has, read in pieces of so many bytes; false if it is
 * refused. */
static bool
read_all(const char *file, size_t len, size_t piece, struct buf *out,
    struct wav_sound *sound)
{
	struct wav_reader r = {0};
	bool ok = true;
	for (size_t at = 0; ok && at < len; at += piece)
		ok = wav_read(&r, (const uint8_t *)file + at,
		    len - at < piece ? len - at : piece, out);
	*sound = r.sound;
	return ok;
}

static const struct file {
	const char *name, *bytes;
	size_t len;
	const char *samples; /* NULL: refused */
} files[] = {
    {"plain", TEXT(FILE_HEAD FORMAT "data\4\0\0\0abcd"), "abcd"},
    {"more chunks, one of them odd",
	TEXT(FILE_HEAD "LIST\3\0\0\0xyz\0" FORMAT "fact\2\0\0\0zz"
		       "data\4\0\0\0abcdLIST\2\0\0\0zz"),
	"abcd"},
    {"a longer format",
	TEXT(FILE_HEAD "fmt \x12\0\0\0\xfe\xff\2\0\x40\x1f\0\0"
		       "\0\0\0\0\4\0\x10\0\0\0"
		       "data\4\0\0\0abcd"),
	"abcd"},
    {"no length: a stream", TEXT(FILE_HEAD FORMAT "data\0\0\0\0abcdef"),
	"abcdef"},
    {"all lengths: a stream",
	TEXT(FILE_HEAD FORMAT "data\xff\xff\xff\xff"
			      "abcdef"),
	"abcdef"},
    {"cut off", TEXT(FILE_HEAD FORMAT "data\4\0\0\0ab"), "ab"},
    {"only a head", TEXT(FILE_HEAD), ""},
    {"another file", TEXT("RIFX\0\0\0\0WAVE"), NULL},
    {"a picture", TEXT("RIFF\0\0\0\0WEBP"), NULL},
    {"no format", TEXT(FILE_HEAD "data\4\0\0\0abcd"), NULL},
    {"a short format", TEXT(FILE_HEAD "fmt \x0f\0\0\0"), NULL},
    {"8 bits",
	TEXT(FILE_HEAD "fmt \x10\0\0\0\1\0\1\0\xc0\x5d\0\0\0\0\0\0\1\0\10\0"),
	NULL},
    {"floats",
	TEXT(FILE_HEAD "fmt \x10\0\0\0\3\0\1\0\xc0\x5d\0\0\0\0\0\0\2\0\x10\0"),
	NULL},
    {"no channels",
	TEXT(FILE_HEAD "fmt \x10\0\0\0\1\0\0\0\xc0\x5d\0\0\0\0\0\0\2\0\x10\0"),
	NULL},
    {"a rate beyond all",
	TEXT(FILE_HEAD "fmt \x10\0\0\0\1\0\1\0\xff\xff\xff\xff\0\0\0\0"
		       "\2\0\x10\0"),
	NULL},
    {"a huge chunk in front", TEXT(FILE_HEAD "LIST\xff\xff\xff\xffzzzz"), ""},
};

static void
test_read(void)
{
	for (size_t i = 0; i < COUNT_OF(files); i++)
		for (size_t piece = 1; piece < 100; piece = piece * 3 + 1) {
			const struct file *f = &files[i];
			struct wav_sound sound;
			struct buf out;
			buf_init(&out, BUF_SMALL);
			bool ok =
			    read_all(f->bytes, f->len, piece, &out, &sound);
			UNIT_ROW(ok == (f->samples != NULL), f->name);
			UNIT_ROW(
			    !ok || unit_same(buf_cstr(&out), f->samples) == 1,
			    f->name);
			UNIT_ROW(out.len == 0 || wav_sound_ok(&sound), f->name);
			buf_clear(&out);
		}
}

static CU_TestInfo tests[] = {
    {"the header", test_header},
    {"files in pieces", test_read},
    CU_TEST_INFO_NULL,
};

struct unit_suite wav_suite = {"protocol/wav", tests};
