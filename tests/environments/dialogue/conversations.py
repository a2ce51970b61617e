"""Conversations such as models lead, for the tests of circles: they go somewhere, in 16 turns each, and every
turn brings matter of its own, however politely.
"""

DEBATE = (
    "Rebuilding the tower is vanity, plain and simple. Forty thousand crowns for a view of marshland?",
    "You call it vanity; I call it memory. My grandfather cut those corbels, and the ledger still carries his mark.",
    "Your grandfather was paid in barley, and half the village went hungry that year. Nobody carved that anywhere.",
    "That's unfair, and you know it. The famine came from blight, not from masonry.",
    "Blight, yes, and an empty granary because the carts were hauling limestone. Read the reeve's letters.",
    "I have read them. They also say that eleven families were fed from the building fund through February.",
    "Eleven out of ninety! Forgive me if I don't applaud.",
    "Fine, then judge the present proposal on its own figures. The diocese pays a third, the insurers another.",
    "The insurers pay once the roof is on. Until then we borrow, at seven percent, from a bank that ate the last mill.",
    "Seven was the opening offer. Marchetti brought them down to four and a half on Tuesday.",
    "Marchetti sells them their scaffolding! You cannot call that an honest broker.",
    "No, I can't, and I'd want a second quotation myself. But the rate is written, signed and witnessed.",
    "Suppose I grant the rate. Who climbs up to oil the bell frame when the volunteers lose interest?",
    "The school. Pupils maintain the weather station on the parapet, and the county pays a caretaker for it.",
    "A caretaker for a barometer. Now I've heard everything, though I admit the children would adore it.",
    "Then let them vote first. If twelve-year-olds laugh it down, I'll withdraw the motion and sell the stone.",
)
"""A heated argument, in which much is granted and little given away."""

INTERVIEW = (
    "Thank you for joining me. Most listeners know your novels; few know you trained as a locksmith. How come?",
    "Thank you, it's a pleasure. I grew up above my uncle's shop in Trieste, and locks were simply the toys at hand.",
    "What a lovely image. Did the craft teach you anything about plot?",
    "Absolutely. A good lock resists in stages: one pin gives, then the next binds. Chapters should bind like that.",
    "That's fascinating. In The Salt Clerk the reader learns the murderer on page nine. Isn't that an open door?",
    "It is! But such a door makes you ask what else is in the house. I stole that trick from Dürrenmatt.",
    "You mention Dürrenmatt often, yet critics compare you with Highsmith. Does that annoy you?",
    "Not at all, I'm flattered. She keeps snails in her handbag, I keep tension wrenches; we'd have got along.",
    "Let's talk about failure. Your third manuscript was refused by nineteen publishers. What was wrong with it?",
    "Honestly? The dialogue was wooden, and the ending relied on a telegram nobody could have sent in 1951.",
    "And you rewrote it in a lighthouse, if the legend is true.",
    "A decommissioned one, near Piran. No heating, terrible mushrooms, a landlord who recited Leopardi at dawn.",
    "Wonderful. You're now adapting it for radio. What gets lost when we cannot see the room?",
    "Hands get lost. I describe hands constantly, so a foley artist plays every gesture on gravel or silk.",
    "Last question, then. What would you tell a young writer who's listening from a kitchen table tonight?",
    "Finish the ugly version. Then wait six weeks, print it on yellow paper, and read it like an enemy.",
)
"""An interview, polite throughout, in which every answer is news."""

STORY = (
    "So there I was, seventeen years old, on the night ferry to Oban with a goose under my coat.",
    "A goose! Alive?",
    "Very much so. I'd won it at cards from a piper, and the purser had a rule about livestock.",
    "Oh no. What did you do?",
    "I wrapped it in a jumper and sat down among the choir. Twenty ladies from Paisley, rehearsing Handel.",
    "Yes, of course, where else would one hide a goose. Go on.",
    "For an hour it slept. Then came the Hallelujah, and the beast woke and answered on the second bar.",
    "I can picture the faces.",
    "Nobody stopped singing. The conductor, a tiny man with a wooden leg, pointed his baton at my coat.",
    "You joined in?",
    "I had to, to cover it. I sang bass, badly, and the goose took the descant until the harbour lights came up.",
    "Right, and the purser?",
    "He wept. Said his mother had kept geese at Tarbert, and that he would carry my trunk himself.",
    "That's wonderful. And what became of the bird?",
    "She lived nine years in the manse orchard, bit three bishops, and is buried beneath a plum tree.",
    "I shall never hear Handel again without looking for feathers.",
)
"""A story, told to somebody who hardly does more than listen."""

TRIP = (
    "Let's settle the route tonight. I'd fly into Porto on the ninth and work our way south by train.",
    "Sounds good. Porto first, then. Two nights or three?",
    "Three, I think. One for the cellars, one for the coast at Matosinhos, one spare for rain.",
    "Great idea. Should I book the guesthouse by the tiled church, the one Lena recommended?",
    "Yes, if it has a kitchen. I refuse to pay eleven euros for toast again.",
    "Ha, fair enough. It has a kitchenette and a terrace, seventy-eight a night with breakfast excluded.",
    "Perfect. After that the slow train to Coimbra; it leaves at 9:52 and follows the river half the way.",
    "Agreed. In Coimbra I want to see the library with the bats, you need timed tickets for it.",
    "Bats? Now I'm curious. I'll reserve for Thursday afternoon, when the students are out.",
    "Good point about the students. Then Friday by bus to Óbidos, or do we skip it?",
    "Skip it, I'd say: too many souvenir stalls. Tomar has the Templar convent and hardly a queue.",
    "Okay, Tomar wins. My knees veto the aqueduct walk, though, so I'd hire bicycles with motors.",
    "Sure, electric bikes it is. Pack the small helmet, the rental ones never fit you.",
    "Will do. What about money, shall we keep a common purse like in Slovenia?",
    "Yes, two hundred each to begin with, and whoever loses at cards does the receipts.",
    "Deal. I'll print the tickets, buy plasters, and ask Jonas to water the basil.",
)
"""A plan, made by two who agree in nearly every turn and add something to it."""

LESSON = (
    "Today we look at why the moon shows phases. What do you already think causes them?",
    "I thought it was the shadow of the earth falling on it?",
    "A very common guess, and a sensible one. But a shadow would need all three bodies in a line. How often is that?",
    "Hmm, only at an eclipse, I suppose. So it must be something else.",
    "Exactly. Take this orange and a lamp. Hold the orange at arm's length and turn slowly on your heel.",
    "Okay. When my back is to the lamp the whole front glows. Sideways only the right half does.",
    "Well done, you have just produced a full moon and a quarter. Which side faces the lamp, always?",
    "The lit half always does. It's me who sees it from another angle.",
    "That's right. So the light never changes, the viewpoint does. Now, how long does one round take?",
    "About a month? Twenty-nine days or something.",
    "Twenty-nine and a half from new to new. Oddly, the orbit itself needs just twenty-seven. Any idea why?",
    "Wait, is it because the earth moves on around the sun meanwhile, so the moon has to catch up?",
    "Excellent, that is precisely the reason. Astronomers call them the synodic and the sidereal month.",
    "And why don't we get an eclipse every month, then?",
    "Because the orbit is tilted by five degrees; mostly the moon passes above or below the line. Sketch it for me.",
    "I drew two hoops that cross at two points. Eclipses can only happen near those crossings, right?",
)
"""A lesson, with much praise and many short answers."""

SMALL_TALK = (
    "Good morning, Mrs Okafor! What a lovely day after all that drizzle.",
    "Good morning, dear. Lovely indeed, I even hung the bedding out on the balcony.",
    "Oh, how nice. My tomatoes are grateful as well, the first ones turned red on Sunday.",
    "Really? How wonderful. Mine are sulking; I blame the neighbour's cat and its digging.",
    "I'm so sorry to hear that. Coffee grounds helped against ours, my sister swears by them.",
    "Thank you, that's very kind, I'll try it. How is your sister, is she still in Leeds?",
    "She is, thank you for asking. She's taken up the accordion, heaven help her street.",
    "How delightful! My late husband played one at weddings, mostly polkas, terribly fast.",
    "I would have loved to hear that. Did he teach your boys?",
    "Only Emeka. He traded it for a motorbike at nineteen, and I have forgiven him since.",
    "Quite right too. I saw him at the bakery, by the way, with a very smart beard.",
    "Yes, isn't it handsome? His fiancée insists he looks like a Victorian botanist.",
    "A fiancée! Congratulations, I had no idea. When is the wedding?",
    "In April, if the hall is free of scaffolding by then. You must come, of course.",
    "I'd be honoured, truly. Shall I bring my rhubarb cake, or is there a caterer?",
    "Bring the cake, please. The caterer is Emeka's friend, and he believes in kale.",
)
"""Small talk full of politeness, with something new in each turn."""

BRAINSTORM = (
    "I love this brief! A museum for lost property. What if visitors enter through a turnstile from a real station?",
    "Absolutely, and the ticket they get could carry the description of one object they have to find.",
    "Yes, brilliant! An umbrella, a glass eye, a trombone. Each with the date and the tram line it was left on.",
    "Exactly. And I'd add recordings: people who came back for their things, in their own voices.",
    "That's a wonderful idea. My aunt reclaimed a wedding dress after eleven years; she'd tell it on tape.",
    "Perfect, the dress goes into the first vitrine. I completely agree that the stories beat the objects.",
    "I agree. Still, one room should stay silent: just shelves of single gloves, floor to ceiling.",
    "Oh, beautiful. Sorted by colour, so that it looks like a rainbow of missing hands.",
    "Great image! The conservator will worry about moths, so let's budget for cedar and sealed drawers.",
    "Good point. Cedar is pricey; lavender sachets cost a tenth, and schools could sew them.",
    "Yes, that brings in the neighbourhood. And at closing time we might auction whatever nobody claims.",
    "Definitely, though the law wants three years of storage before a sale. I checked with the transit office.",
    "You're right, I'd forgotten the statute. Then a monthly swap instead, without any money changing hands.",
    "Even better. We could call it the Exchange and stamp a passport for every swap.",
    "I'm thrilled. Who designs the stamp? Ines carves linoleum, and she owes us a favour.",
    "Ines would be ideal. I'll phone her tonight and sketch a turnstile for the letterhead meanwhile.",
)
"""Two who like all that the other says, and go on from it."""

QUIZ = (
    "First question: which river runs through Baghdad?",
    "The Tigris.",
    "Correct. Which metal is liquid at room temperature?",
    "Mercury, I think.",
    "Right again. Who painted The Night Watch?",
    "Rembrandt.",
    "Yes. How many strings has a cello?",
    "Four.",
    "Exactly. What is the capital of Mongolia?",
    "Ulaanbaatar, if I pronounce it right.",
    "Perfect. Which planet has the shortest day?",
    "Jupiter?",
    "Indeed. And which bird cannot walk backwards?",
    "No idea. The emu?",
    "That's right! Last one: what does a luthier make?",
    "Violins, and guitars too.",
)
"""Questions and answers, most of them a word."""

BANTER = (
    "You're late.",
    "The bridge was up.",
    "Again?",
    "Third time this week. Some sailing club.",
    "Rich people and their toys.",
    "Says the man with two kayaks.",
    "One's a canoe.",
    "Oh, pardon me. Is there soup left?",
    "Lentil. It's on the stove.",
    "You put chilli in it?",
    "A little. Yuki likes it.",
    "Where is she, anyway?",
    "Choir. They do Bach on Saturday.",
    "Right, the tickets. I forgot to pay you.",
    "Twelve each. The bread's in the tin.",
    "Thanks. Any post for me?",
)
"""Banter in few words."""

PLANNING_DE = (
    "Ich finde, wir sollten das Fest dieses Jahr im Pfarrgarten machen, der Saal ist zu eng.",
    "Da hast du recht, der Saal war letztes Jahr eine Sauna. Aber was machen wir bei Regen?",
    "Wir mieten das Zelt vom Schützenverein, das kostet hundertzwanzig Euro und fasst achtzig Leute.",
    "Gute Idee. Ich frage Holger, der hat den Schlüssel zum Schuppen.",
    "Genau, und er soll gleich die Bierbänke mitbringen, zwanzig Garnituren reichen.",
    "Einverstanden. Für die Musik hätte ich die Kapelle aus Oberau, die spielen auch Walzer.",
    "Walzer sind schön, aber die Jugend will einen DJ. Können wir beides bezahlen?",
    "Mit den Spenden der Sparkasse schon, wenn wir beim Feuerwerk knausern.",
    "Das Feuerwerk streichen wir ganz, wegen der Störche auf dem Kirchturm.",
    "Stimmt, daran hatte ich nicht gedacht. Dann lieber Laternen für die Kinder.",
    "Ja, und Frau Seidl bastelt sie mit der dritten Klasse, die macht das jedes Jahr.",
    "Sehr schön. Wer backt die Kuchen? Letztes Mal waren es sechs Käsekuchen und sonst nichts.",
    "Ich hänge eine Liste beim Bäcker aus, mit Spalten für Obst, Creme und trocken.",
    "Perfekt. Dann fehlt nur noch die Genehmigung vom Landratsamt, die Frist läuft am Zehnten ab.",
    "Das Formular liegt bei mir, ich werfe es morgen auf dem Weg zur Arbeit ein.",
    "Danke dir. Ich rufe inzwischen den Elektriker an, damit die Leitung zum Brunnen hält.",
)
"""A plan, in German."""

TALK_JA = (
    "昨日、駅前の新しいパン屋に行きましたよ。カレーパンが絶品でした。",
    "そうですか。あの店は朝六時から並ぶと聞きました。",
    "ええ、私も四十分待ちました。前にいたお爺さんは将棋の先生だそうです。",
    "なるほど。うちの息子も将棋を習いたいと言っています。",
    "それはいいですね。先生の教室は図書館の二階で、土曜日の午後です。",
    "ありがとうございます。月謝はいくらぐらいでしょうか。",
    "三千円で、駒と盤は貸してくれるそうです。",
    "助かります。ところで、来月の町内会の遠足はどうしますか。",
    "私は温泉に賛成です。去年の登山は膝が痛くて大変でした。",
    "同感です。箱根なら電車一本で、雨でも楽しめますね。",
    "はい、美術館もありますし、黒たまごを食べると寿命が延びるとか。",
    "ははは、七年でしたか。では旅館の予約は誰に頼みましょう。",
    "山田さんが旅行会社に勤めていたので、割引券を持っています。",
    "さすが山田さん。二十人なら小さいバスを借りた方が安いかもしれません。",
    "そうですね、運転は弟に頼めます。大型免許を去年取ったばかりです。",
    "心強いです。それでは日曜日の集会で皆さんに提案しましょう。",
)
"""Small talk, in Japanese."""

ALL = {
    "debate": DEBATE,
    "interview": INTERVIEW,
    "story": STORY,
    "trip": TRIP,
    "lesson": LESSON,
    "small talk": SMALL_TALK,
    "brainstorm": BRAINSTORM,
    "quiz": QUIZ,
    "banter": BANTER,
    "German": PLANNING_DE,
    "Japanese": TALK_JA,
}
