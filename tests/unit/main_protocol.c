/* The unit tests of the protocol layer. */
#include "unit.h"

#include "base/attr.h"

extern struct unit_suite repair_suite, native_body_suite, model_name_suite, chat_request_suite, chat_messages_suite, sse_suite, json_array_suite, usage_suite, api_error_suite, surrogate_suite, gemini_reader_suite, gemini_state_suite, citations_suite, logprobs_suite, base64_join_suite, chat_answer_suite, insertions_suite, model_suffix_suite, model_list_suite, chat_form_suite, chat_offer_suite, fake_stream_suite, text_pieces_suite, pacer_suite, chat_conversation_suite, chat_signatures_suite, chat_tier_suite, chat_tools_suite, token_estimate_suite, tool_names_suite, tool_result_suite, responses_request_suite, responses_answer_suite, schema_suite, chat_body_suite, gemini_lanes_suite, chat_parts_suite, media_type_suite, media_url_suite, responses_refusals_suite, embed_suite, speech_request_suite, speech_sound_suite, transcription_suite, wav_suite, resource_name_suite, clean_path_suite, json_strings_suite, resource_answer_suite, image_answer_suite, image_request_suite, cacheable_suite, body_shorten_suite, picture_provider_suite, chat_picture_suite, rate_span_suite, prometheus_suite, alert_suite;

static struct unit_suite *const suites[] = {
    &repair_suite,
    &native_body_suite,
    &model_name_suite,
    &chat_request_suite,
    &chat_messages_suite,
    &sse_suite,
    &json_array_suite,
    &usage_suite,
    &api_error_suite,
    &surrogate_suite,
    &gemini_reader_suite,
    &gemini_state_suite,
    &citations_suite,
    &logprobs_suite,
    &base64_join_suite,
    &chat_answer_suite,
    &insertions_suite,
    &model_suffix_suite,
    &model_list_suite,
    &chat_form_suite,
    &chat_offer_suite,
    &fake_stream_suite,
    &text_pieces_suite,
    &pacer_suite,
    &chat_conversation_suite,
    &chat_signatures_suite,
    &chat_tier_suite,
    &chat_tools_suite,
    &token_estimate_suite,
    &tool_names_suite,
    &tool_result_suite,
    &responses_request_suite,
    &responses_answer_suite,
    &schema_suite,
    &chat_body_suite,
    &gemini_lanes_suite,
    &chat_parts_suite,
    &media_type_suite,
    &media_url_suite,
    &responses_refusals_suite,
    &embed_suite,
    &speech_request_suite,
    &speech_sound_suite,
    &transcription_suite,
    &wav_suite,
    &resource_name_suite,
    &clean_path_suite,
    &json_strings_suite,
    &resource_answer_suite,
    &image_answer_suite,
    &image_request_suite,
    &cacheable_suite,
    &body_shorten_suite,
    &picture_provider_suite,
    &chat_picture_suite,
    &rate_span_suite,
    &prometheus_suite,
    &alert_suite,
};

int
main(void)
{
	return unit_run("protocol", suites, COUNT_OF(suites));
}
