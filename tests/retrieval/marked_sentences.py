"""Texts with a mark where one sentence ends and the next begins: "| |".

The form is razdel's. Each line shows one difficulty of its language.
"""

MARKED = {
    "en": """
The tide falls on Mon. and Tue.| |Next week it rises.
Boats leave on Mon. 3 May at noon.| |Nobody waits.
See Vol. 3 of the log.| |It tells of the storm.
Prices rose by 4 pct. in a year.| |Wages did not.
The plan stands in App. B of the report.| |Read it.
The method is that of Krogh et al. [2011] and of others.| |We kept it.
The method is that of Krogh et al. (2011).| |We kept it.
The rule holds from May. | |Councillors agreed on it.
It may rain in May.| |In June it will not.
She came on Feb. 3 and left on Mar. 9.| |He stayed.
The store opened in Sept. 2019.| |It closed in Dec. 2020.
The bath is kept at 38 °C. all year long.| |Towels cost extra.
The water had 12 °C.| |Nobody swam.
The U.S. Senate met at noon.| |It rained.
They moved to the U.S. | |The children stayed behind.
He flew from the U.K. to Larkey.| |She took the train.
The gate opens at 7 p.m. on weekdays.| |It closes at 9 p.m. | |The guard goes home.
Come at 9 a.m. sharp.| |Bring a pen.
Dr. Ito met Prof. Krogh and Mrs. Orr.| |They talked.
Gen. Lind and Lt. Burn signed it.| |Col. Wick did not.
J. K. Orr wrote the book.| |It sold well.
The book is by A. B. Wick.| |It is short.
He works for Harbourworks Inc. in Larkey.| |She does not.
The firm is Lind & Co. | |It builds boats.
Fig. 3 shows the pier.| |Fig. 4 shows the hall.
The answer is No.| |Nobody minds.
Take no. 7 to the harbour.| |Then walk.
The fee is approx. 30 crowns.| |Pay at the door.
Bring fruit, e.g. apples.| |Leave the dog at home.
It is small, i.e. under a metre.| |It floats.
Fish, crabs, etc. are sold there.| |Bread is not.
They sell fish, crabs, etc. | |The market closes at two.
Orr vs. Lind was heard in May.| |Orr won.
It was Gen. Wick vs. Lt. Gov. Burn in the end.| |Wick won.
Atty. Gen. Krogh sued on Fri. Oct. 9 in Larkey.| |He lost.
We open on Sat. | |Then we rest.
The pool opens today 🏊| |Bring a towel 🎈| |Lind sells the tickets.
We serve 🍕 Pizza on Fridays.| |Come hungry.
The vote (see Fig. 2. They count all.) was close.| |Nobody cheered.
She left (it was 7 p.m. They had closed) and slept.| |He stayed.
"Is it open?" asked the boy.| |Nobody knew.
"Stop!" cried the guard.| |The cart stopped.
He said: "It is late. We must go."| |Then he left.
It costs 2.50 crowns.| |Pay in coins.
Version 2.0.1 came out.| |It was late.
Write to info@larkey.example.| |We answer soon.
The site www.larkey.example is new.| |It is slow.
What a day!| |We swam, and ran.
She lives at 12 St. Mary's Rd. in Larkey.| |He does not.
Mt. Brae is 900 ft. high.| |Snow lies there.
The mayor (b. 1960) spoke.| |All clapped.
It began c. 1400 and ended in 1520.| |Few know.
Rep. Orr and Sen. Wick voted.| |Gov. Burn signed.
Jr. players pay half, Sr. players pay all.| |Guests pay nothing.
""",
    "de": """
Die Fa. Müller GmbH lieferte den Stahl.| |Sie kam spät.
Gem. § 5 Abs. 2 gilt das nicht.| |Die Stadt prüft es.
Es kostete 4,5 Mio. Euro bzw. rund 5 Mio. Dollar.| |Das war viel.
Dr. med. Anna Weiß half.| |Prof. Krogh auch.
Am 3. Mai kam er an.| |Am 4. Juni ging er.
Er nahm z. B. den Zug.| |Sie lief.
Siehe Bd. 3, S. 12 ff. und Nr. 7.| |Dort steht es.
Die Brücke ist ca. 120 m lang.| |Sie ist neu.
Der Hafen, d. h. die Mole, ist zu.| |Das bleibt so.
Sie wohnt in der Goethestr. 5 in Larkey.| |Er nicht.
Das Haus Nr. 5 brannte.| |Niemand wurde verletzt.
Im 19. Jahrhundert gab es hier Fähren.| |Heute nicht.
Es geht um Fische, Krabben usw. | |Der Markt schließt um zwei.
Er sagte: „Es ist spät. Wir gehen.“| |Dann ging er.
Der Zug fährt Mo. bis Fr. um neun.| |Am Wochenende nicht.
Hr. Lind und Fr. Orr kamen.| |Sie blieben lange.
""",
    "fr": """
M. Dupont a ouvert la porte.| |Mme Orr est entrée.
Le Dr. Ito et le Pr. Krogh ont parlé.| |Ils sont d'accord.
Voir p. 12 et fig. 3 du rapport.| |Tout y est.
Il habite av. de la Gare.| |Elle non.
Le train part à 9 h. du matin.| |Il arrive à midi.
« Est-ce ouvert ? » demanda-t-il.| |Personne ne savait.
Cela coûte env. 30 euros.| |C'est peu.
Il vend des fruits, p. ex. des pommes.| |Le marché ferme à deux heures.
Le roi Louis XIV. est mort.| |Son fils aussi.
Elle arrive en janv. 2020.| |Il part en févr. 2021.
Quel jour !| |Nous avons nagé.
""",
    "es": """
El Sr. López abrió la puerta.| |La Sra. Orr entró.
La Dra. Ito habló con D. Juan.| |Están de acuerdo.
Véase pág. 12 y fig. 3 del informe.| |Todo está ahí.
Vive en la Av. del Puerto n.º 5.| |Ella no.
¿Está abierto?| |Nadie lo sabe.
¡Qué día!| |Nadamos mucho.
Cuesta aprox. 30 euros.| |Es poco.
Los EE. UU. firmaron el acuerdo.| |España también.
Vende fruta, p. ej. manzanas.| |El mercado cierra a las dos.
El tren sale a las 9 a. m. cada día.| |Llega a mediodía.
El Prof. Krogh escribió el libro.| |Es corto.
""",
    "it": """
Il Sig. Rossi ha aperto la porta.| |La Sig.ra Orr è entrata.
Il Dott. Ito e il Prof. Krogh hanno parlato.| |Sono d'accordo.
Si veda pag. 12 e fig. 3 della relazione.| |Tutto è lì.
Costa ca. 30 euro.| |È poco.
Vende frutta, ad es. mele.| |Il mercato chiude alle due.
Che giorno!| |Abbiamo nuotato.
L'avv. Lind difende il comune.| |Ha vinto.
La S.p.A. Harbourworks costruisce navi.| |È grande.
""",
    "nl": """
Dhr. Jansen opende de deur.| |Mevr. Orr kwam binnen.
Dr. Ito en prof. Krogh spraken.| |Zij zijn het eens.
Zie blz. 12 en fig. 3 van het rapport.| |Alles staat er.
Het kost ca. 30 euro.| |Dat is weinig.
Hij verkoopt fruit, bijv. appels.| |De markt sluit om twee uur.
Op 3 mei kwam hij aan.| |Zij ging weg.
De trein vertrekt om 9 u. precies.| |Hij komt om twaalf aan.
Wat een dag!| |Wij zwommen.
""",
    "pt": """
O Sr. Silva abriu a porta.| |A Sra. Orr entrou.
A Dra. Ito falou com o Prof. Krogh.| |Estão de acordo.
Ver pág. 12 e fig. 3 do relatório.| |Tudo está lá.
Custa aprox. 30 euros.| |É pouco.
Mora na Av. do Porto, n.º 5.| |Ela não.
Vende fruta, p. ex. maçãs.| |O mercado fecha às duas.
Que dia!| |Nadámos muito.
Os EUA assinaram o acordo.| |Portugal também.
""",
    "ru": """
Т. е. мост закрыт.| |Люди идут пешком.
Ремонт стоил 4 млн. руб. за год.| |Это много.
Ремонт стоил 4 млн руб. | |Город заплатил всё.
Инженер А. С. Петров вёл работы.| |Они длились год.
Встреча с г. Ивановым прошла в г. Ларки.| |Он доволен.
См. рис. 3 и табл. 4 отчёта.| |Там всё есть.
Продают рыбу, крабов и т. д. | |Рынок закрыт в два.
Мост открыли в 1912 г. при мэре Орр.| |Он стоит.
Проф. Крог и акад. Линд спорили.| |Оба правы.
Улица им. Орр длинная.| |Дом 5 стоит на ней.
«Открыто?» — спросил он.| |Никто не знал.
Какой день!| |Мы плавали.
""",
    "pl": """
Dr. Ito i prof. Krogh rozmawiali.| |Są zgodni.
Zob. str. 12 i rys. 3 raportu.| |Tam jest wszystko.
Most ma ok. 120 m długości.| |Jest nowy.
Mieszka przy ul. Portowej 5.| |Ona nie.
Sprzedaje owoce, np. jabłka.| |Targ zamyka się o drugiej.
W 1912 r. otwarto most.| |Stoi do dziś.
Koszt to 4 mln. zł. rocznie.| |To dużo.
Co za dzień!| |Pływaliśmy.
""",
    "sv": """
Dr. Ito och prof. Krogh talade.| |De är eniga.
Se s. 12 och fig. 3 i rapporten.| |Allt står där.
Bron är ca. 120 m lång.| |Den är ny.
Han säljer frukt, t.ex. äpplen.| |Torget stänger klockan två.
Fisk, krabbor m.m. säljs där.| |Bröd säljs inte.
Den 3 maj kom han.| |Hon gick.
Vilken dag!| |Vi simmade.
""",
    "tr": """
Dr. Ito ve Prof. Krogh konuştu.| |Aynı fikirdeler.
Bkz. s. 12 ve şek. 3.| |Hepsi orada.
Köprü yaklaşık 120 m. uzunluğunda.| |Yenidir.
Av. Şahin davayı kazandı.| |Belediye ödedi.
Elma, armut vb. satılır.| |Pazar ikide kapanır.
3. madde açıktır.| |4. madde değildir.
Ne gün ama!| |Yüzdük.
""",
    "ar": """
وقال د. خالد إن الإصلاح كلّف كثيرًا.| |دفعت المدينة.
التقى أ. د. سامي بالمهندسة.| |اتفقا.
هل هو مفتوح؟| |لا أحد يعرف.
يا له من يوم!| |سبحنا طويلًا.
بلغ الطول ٤٫٥ متر.| |هذا كثير.
فتحت م. باولا الجسر.| |صفق الناس.
""",
    "hi": """
डॉ. अनिल वर्मा ने कहा कि पुल बंद है।| |लोग पैदल चले।
प्रो. सिंह और श्री. वर्मा मिले।| |वे सहमत हैं।
क्या यह खुला है?| |कोई नहीं जानता।
मरम्मत में 4.5 करोड़ रुपये लगे।| |यह बहुत है।
पं. शर्मा ने पुल खोला।| |सब खुश थे।
कु. राधा ने गीत गाया।| |सबने ताली बजाई।
""",
    "vi": """
GS. Trần Minh chỉ huy công trình tại TP. Hồ Chí Minh.| |Cầu dài 120 m.
TS. Lan và BS. Hoa gặp nhau.| |Họ đồng ý.
Ông sống ở Q. 5 và P. 7.| |Bà thì không.
Việc sửa chữa tốn 4,5 tỷ đồng.| |Thành phố trả tiền.
Nó có mở không?| |Không ai biết.
ThS. Nam viết sách.| |Sách ngắn.
""",
    "zh": """
桥开了。| |人们走过去。
“开了吗？”他问。| |没有人知道。
桥长4.5米。| |这很长。
多好的一天！| |我们游泳了。
""",
    "ja": """
橋が開いた。| |人々が歩いた。
「開いていますか。」と彼は聞いた。| |誰も知らない。
「遅すぎる。」などと彼は言った。| |誰も笑わない。
市長は「冬が来る。雪も降る。」と述べた。| |人々は帰った。
橋の長さは4.5メートルだ。| |長い。
なんという日だ！| |泳いだ。
""",
    "ko": """
다리가 열렸다.| |사람들이 걸었다.
"열렸나요?" 그가 물었다.| |아무도 몰랐다.
시장은 "배가 늦다."고 말했다.| |선장은 "바람이 세다."며 웃었다.| |밤이 왔다.
그는 “문이 닫혔다.”라고 썼다.| |아이는 "왜 닫았나?"면서 울었다.
"눈이 온다." 라며 그가 나갔다.| |아무도 없었다.
다리는 4.5미터다.| |길다.
""",
}
