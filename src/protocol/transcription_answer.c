/* Transcripts in OpenAI's forms. */
#include "protocol/transcription_answer.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"

/* A text of a model's may have blanks around it. */
static size_t
trimmed(const struct buf *text, const char **start)
{
	static const char blanks[] = " \t\r\n";
	*start = buf_cstr(text);
	size_t len = text->len;
	while (len > 0 && strchr(blanks, **start) != NULL) {
		++*start;
		len--;
	}
	while (len > 0 && strchr(blanks, (*start)[len - 1]) != NULL)
		len--;
	return len;
}

static void
write_usage(struct buf *out, const struct usage *u)
{
	int64_t output = u->answer + u->thought;
	buf_fmt(out,
	    "\"usage\":{\"type\":\"tokens\",\"input_tokens\":%" PRId64
	    ",\"input_token_details\":{\"text_tokens\":%" PRId64
	    ",\"audio_tokens\":%" PRId64 "},\"output_tokens\":%" PRId64
	    ",\"total_tokens\":%" PRId64 "}",
	    u->prompt, u->prompt - u->prompt_audio, u->prompt_audio, output,
	    u->prompt + output);
}

void
transcription_answer_json(
    struct buf *out, const struct buf *text, const struct usage *usage)
{
	const char *start;
	size_t len = trimmed(text, &start);
	buf_str(out, "{\"text\":");
	json_write_text(out, start, len);
	buf_byte(out, ',');
	write_usage(out, usage);
	buf_byte(out, '}');
}

void
transcription_answer_plain(struct buf *out, const struct buf *text)
{
	const char *start;
	size_t len = trimmed(text, &start);
	buf_add(out, start, len);
	buf_byte(out, '\n');
}

void
transcription_answer_delta(struct buf *out, const char *text, size_t len)
{
	buf_str(out, "data: {\"type\":\"transcript.text.delta\",\"delta\":");
	json_write_text(out, text, len);
	buf_str(out, "}\n\n");
}

void
transcription_answer_done(
    struct buf *out, const struct buf *text, const struct usage *usage)
{
	buf_str(out, "data: {\"type\":\"transcript.text.done\",\"text\":");
	json_write_text(out, buf_cstr(text), text->len);
	buf_byte(out, ',');
	write_usage(out, usage);
	buf_str(out, "}\n\n");
}
