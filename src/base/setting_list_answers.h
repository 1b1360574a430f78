/* Settings of what is asked of models, and of what they give: text, sound and
 * pictures. A part of base/setting_list.h, which tells what a row is. */

/* clang-format off */

/* Models */
S(FILTERED_MODELS, LIST,
    "[\"gemini-1.0-pro-vision-latest\",\"gemini-pro-vision\","
    "\"chat-bison-001\",\"text-bison-001\",\"embedding-gecko-001\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that are neither listed nor served.")
S(SEARCH_MODELS, LIST, "[\"gemini-2.5-flash\",\"gemini-2.5-pro\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that are offered with Google Search as NAME-search as well.")
S(IMAGE_MODELS, LIST,
    "[\"gemini-2.0-flash-exp\",\"gemini-2.5-flash-image-preview\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that can draw; offered as NAME-image as well.")
S(EMBEDDING_MODEL, TEXT, "gemini-embedding-001",
    0, 0, NULL, "Models", STORED, true,
    "The model of embeddings requests that name none, or one of OpenAI's.")
S(TOOLS_CODE_EXECUTION_ENABLED, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Offer Gemini's code execution tool with chat requests.")
S(URL_CONTEXT_ENABLED, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Offer Gemini's URL context tool with chat requests.")
S(URL_CONTEXT_MODELS, LIST,
    "[\"gemini-2.5-pro\",\"gemini-2.5-flash\",\"gemini-2.5-flash-lite\","
    "\"gemini-2.0-flash\",\"gemini-2.0-flash-live-001\"]",
    0, 0, NULL, "Models", STORED, true,
    "Models that understand the URL context tool.")
S(SHOW_SEARCH_LINK, BOOL, "true",
    0, 0, NULL, "Models", STORED, true,
    "Append the web pages that a search answer rests on.")
S(SHOW_THINKING_PROCESS, BOOL, "true",
    0, 0, NULL, "Models", STORED, true,
    "Pass the model's summary of its thoughts on to the client.")
S(THINKING_MODELS, LIST, "[]",
    0, 0, NULL, "Models", STORED, true,
    "Models that are offered without thinking as NAME-non-thinking as well.")
S(THINKING_BUDGET_MAP, MAP, "{}",
    -1, 32767, "number", "Models", STORED, true,
    "Tokens that a model may think by default: {\"model\": number}; -1 "
    "leaves it to the model.")
S(SAFETY_SETTINGS, JSON, "[]",
    0, 0, "safety", "Models", STORED, true,
    "Safety thresholds for every request: [{\"category\": …, \"threshold\": "
    "…}]; an empty list leaves Google's defaults.")
S(IMAGES_AS_MARKDOWN, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Put pictures into the text of an answer as well, as markdown.")
S(THOUGHTS_AS_TAGS, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Put thoughts into the text of an answer as <thought>…</thought>, for "
    "clients that know no reasoning_content.")
S(BUILT_IN_TOOLS_BY_NAME, BOOL, "true",
    0, 0, NULL, "Models", STORED, true,
    "A function without parameters that is named googleSearch, url_context "
    "or code_execution stands for Gemini's own tool.")
S(FILL_MISSING_RESULTS, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "A tool call in the history that has no result gets an error as its "
    "result, instead of the request being refused.")
S(TRAILING_ASSISTANT, CHOICE, "continue",
    0, 0, "continue|drop", "Models", STORED, true,
    "Where a model takes no conversation that ends with an assistant's "
    "message: ask it to continue, or leave that message out.")
S(BLOCKED_PROMPT_AS_ERROR, BOOL, "false",
    0, 0, NULL, "Models", STORED, true,
    "Answer a prompt that Gemini blocks with status 400 instead of an empty "
    "answer that ends with content_filter.")
S(MODELS_CACHE_SECONDS, INT, "600",
    0, 86400, NULL, "Models", STORED, true,
    "Seconds that the list of models is kept; 0 asks Gemini each time.")
S(SIGNATURE_HOURS, INT, "24",
    0, 720, NULL, "Models", STORED, true,
    "Hours that thought signatures of tool calls are remembered for clients "
    "that do not send them back; 0 remembers none.")
S(CONVERSATION_AFFINITY, BOOL, "true",
    0, 0, NULL, "Key pool", STORED, true,
    "A conversation that goes on prefers the key it had.")

/* Speech */
S(TTS_MODEL, TEXT, "gemini-2.5-flash-preview-tts",
    0, 0, NULL, "Speech", STORED, true,
    "The model that speaks, also for tts-1, tts-1-hd and gpt-4o-mini-tts.")
S(TTS_VOICE_NAME, TEXT, "Zephyr",
    0, 0, NULL, "Speech", STORED, true,
    "The voice it speaks with unless the client names one.")
S(TTS_VOICES, MAP,
    "{\"alloy\":\"Zephyr\",\"ash\":\"Charon\",\"ballad\":\"Enceladus\","
    "\"cedar\":\"Sadaltager\",\"coral\":\"Aoede\",\"echo\":\"Puck\","
    "\"fable\":\"Fenrir\",\"marin\":\"Sulafat\",\"nova\":\"Leda\","
    "\"onyx\":\"Algenib\",\"sage\":\"Achernar\",\"shimmer\":\"Kore\","
    "\"verse\":\"Iapetus\"}",
    0, 0, NULL, "Speech", STORED, true,
    "Gemini's voices for the names that clients use: {\"alloy\": \"Zephyr\"}.")
S(TTS_SPEED, CHOICE, "normal",
    0, 0, "slow|normal|fast", "Speech", STORED, true,
    "How fast it speaks: told in words in front of the text, unless normal.")
S(TRANSCRIPTION_MODEL, TEXT, "gemini-flash-latest",
    0, 0, NULL, "Speech", STORED, true,
    "The model that listens: for whisper-1 and gpt-4o-transcribe.")
S(ENABLE_TTS, TEXT, "",
    0, 0, NULL, "Speech", OBSOLETE, false,
    "Had no effect in gemini-balance either.")

/* Images */
S(CREATE_IMAGE_MODEL, TEXT, "gemini-3.1-flash-image",
    0, 0, NULL, "Images", STORED, true,
    "The model that draws where a request names none, or one of OpenAI's "
    "(dall-e-3, gpt-image-1), and in chats as NAME-chat.")
S(UPLOAD_PROVIDER, CHOICE, "builtin",
    0, 0, "builtin|smms|picgo|cloudflare_imgbed|aliyun_oss", "Images", STORED,
    true,
    "The image host that generated pictures are put on. builtin needs no "
    "account: the database, and addresses that end; it also stands in for a "
    "host whose settings are not complete.")
S(UPLOAD_TIMEOUT, INT, "30",
    1, 600, NULL, "Images", STORED, true,
    "Seconds that putting one picture on the image host may take. The client "
    "gets one that took longer as base64.")
S(CHAT_PICTURE_LINKS, CHOICE, "account",
    0, 0, "account|always|never", "Images", STORED, true,
    "Pictures in chat answers are put on the image host and come as links: "
    "if there is an account for one, always, or never.")
S(PUBLIC_URL, URL, "",
    0, 0, "base", "Images", STORED, true,
    "Where clients find keywheel: what addresses of the builtin image host "
    "begin with. Empty: with the host that the client asked.")
S(PICTURE_HOURS, INT, "168",
    1, 8760, NULL, "Images", STORED, true,
    "Hours that the builtin image host keeps a picture.")
S(PICTURE_STORE_MB, INT, "1024",
    0, 1000000, NULL, "Images", STORED, true,
    "Megabytes that the pictures of the builtin image host may take in the "
    "database; the oldest make room. 0: it takes none.")
S(SMMS_API_URL, URL, "https://sm.ms/api/v2/upload",
    0, 0, NULL, "Images", STORED, true,
    "SM.MS: the URL that takes uploads.")
S(SMMS_SECRET_TOKEN, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "SM.MS: the secret token.")
S(PICGO_API_KEY, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "PicGo: the API key.")
S(PICGO_API_URL, URL, "https://www.picgo.net/api/1/upload",
    0, 0, NULL, "Images", STORED, true,
    "PicGo: the URL that takes uploads.")
S(CLOUDFLARE_IMGBED_URL, URL, "",
    0, 0, NULL, "Images", STORED, true,
    "Cloudflare ImgBed: the URL that takes uploads.")
S(CLOUDFLARE_IMGBED_AUTH_CODE, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "Cloudflare ImgBed: the authentication code.")
S(CLOUDFLARE_IMGBED_UPLOAD_FOLDER, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Cloudflare ImgBed: the folder for uploads.")
S(OSS_ENDPOINT, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the endpoint; one that begins with http:// or https:// has "
    "the bucket in the path.")
S(OSS_ENDPOINT_INNER, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the endpoint inside its own network, which is tried first.")
S(OSS_ACCESS_KEY, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "Aliyun OSS: the id of the access key.")
S(OSS_ACCESS_KEY_SECRET, TEXT, "",
    0, 0, "secret", "Images", STORED, true,
    "Aliyun OSS: the secret of the access key.")
S(OSS_BUCKET_NAME, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the bucket.")
S(OSS_REGION, TEXT, "",
    0, 0, NULL, "Images", STORED, true,
    "Aliyun OSS: the region.")

/* clang-format on */
