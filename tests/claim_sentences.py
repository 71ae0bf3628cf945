"""Single sentences with what they say: sort | measure | pairs | period | sentence, all under the dateline Lima, 20 May 2015. `//` parts clauses."""

SENTENCES = """
fact|exports_usd|CHL-JPN|2013|Chile sold Japan $7.6 billion of goods in 2013.
fact|exports_usd|KEN-UGA|2010|In 2010 Kenyan exports to Uganda came to 660 million dollars.
fact|exports_usd|VNM-USA|2014|Vietnam exported goods worth US$30.6bn to the United States last year.
fact|imports_usd|IND-BRA|2012|India bought 5.1 billion dollars of goods from Brazil in 2012.
fact|imports_usd|FRA-DEU|2009|French imports from Germany stood at 95 billion dollars in 2009.
fact|imports_usd|POL-CZE|2011|In 2011 Poland imported goods worth $7 billion from the Czech Republic.
fact|exports_usd|NLD-BEL|2008|Shipments from the Netherlands to Belgium were worth $65 bn in 2008.
fact|trade_total_usd|MEX-GTM|2012|Trade between Mexico and Guatemala amounted to $2.3 billion in 2012.
fact|trade_total_usd|ETH-DJI|2013|Two-way trade between Ethiopia and Djibouti reached 500 million dollars in 2013.
fact|trade_total_usd|IRN-TUR|2012|Turkey and Iran exchanged goods worth 21.9 billion dollars in 2012.
fact|trade_total_usd|NOR-SWE|2007|Bilateral trade of Norway and Sweden: $21 bn (2007)
fact|trade_balance_usd|DEU-FRA|2012|Germany ran a surplus of 40 billion dollars with France in 2012.
fact|trade_share|AUT-DEU|2011|Germany took part in 38 percent of Austria's trade in 2011.
fact|trade_share|PRY-BRA|2005|In 2005 Brazil accounted for a quarter of Paraguay's trade.
fact|trade_share|MNG-CHN|2014|China accounted for more than half of Mongolia's trade last year.
fact|trade_share|NPL-IND|2013|Two thirds of Nepal's trade in 2013 was with India.
fact|trade_share|CAN-USA|2000|The share of the United States in Canada's trade was 77 percent in 2000.
fact|vote_agreement|FIN-SWE|2012|Finland and Sweden voted alike on 97 percent of resolutions in 2012.
fact|vote_agreement|CUB-USA|2010|In 2010 Washington and Havana agreed on fewer than one resolution in eight.
fact|vote_agreement|EGY-JOR|1998|Egypt and Jordan cast the same vote on nine resolutions in ten in 1998.
fact|vote_agreement|AUS-NZL|2014|Australia voted with New Zealand on 90 per cent of roll calls in 2014.
fact|vote_agreement|IRQ-KWT|2003|In the General Assembly Iraq and Kuwait agreed on 88% of votes in 2003.
fact|vote_agreement|GHA-TGO|1975|Ghana and Togo cast identical votes on four resolutions in five in 1975.
fact|vote_agreement|ISR-USA|2013|Israel and the United States disagreed on fewer than one resolution in ten in 2013.
fact|vote_agreement|BRA-IND|2010|At the 65th session Brazil and India voted together on 85 percent of resolutions.
fact|shared_igos|PER-BOL|2005|Peru and Bolivia shared 75 intergovernmental organisations in 2005.
fact|shared_igos|DNK-ISL|1999|In 1999 Denmark and Iceland sat together in 80 international organisations.
fact|shared_igos|THA-LAO|2010|Thailand and Laos belonged together to 40 international organizations in 2010.
fact|coauthored_works|ITA-ESP|2010|Italian and Spanish scientists wrote 4,900 papers together in 2010.
fact|coauthored_works|PRT-BRA|2011|Researchers in Portugal and Brazil published 1,200 joint papers in 2011.
fact|coauthored_works|ZAF-GBR|2012|South African authors co-wrote 2,300 papers with British colleagues in 2012.
fact|coauthored_works|CHE-AUT|2009|In 2009 Swiss and Austrian researchers signed 1,100 joint articles.
fact|coauthored_works|JPN-CHN|2014|Last year Japanese scientists co-authored 10,300 works with Chinese colleagues.
fact|migrant_stock|UKR-POL|2010|In 2010 about 220,000 people born in Ukraine lived in Poland.
fact|migrant_stock|DZA-FRA|2000|France was home to 1.3 million people born in Algeria in 2000.
fact|migrant_stock|PHL-SAU|2010|One million Filipino migrants lived in Saudi Arabia in 2010.
fact|migrant_stock|HTI-DOM|1990|Some 190,000 Haitian immigrants lived in the Dominican Republic in 1990.
fact|migrant_stock|BGD-IND|2000|Four million natives of Bangladesh lived in India in 2000.
fact|migrant_stock|GBR-ESP|2005|In 2005 more than half a million British expatriates lived in Spain.
fact|students|CHN-AUS|2014|Ninety thousand Chinese students were enrolled in Australia in 2014.
fact|students|DEU-AUT|2014|Last year 26,000 students from Germany studied at Austrian universities.
fact|students|IND-GBR|2015|In 2015 Britain hosted 19,000 students from India.
fact|fdi_stock_usd|NLD-POL|2010|Dutch direct investment in Poland stood at 30 billion dollars at the end of 2010.
fact|fdi_stock_usd|ESP-BRA|2009|Spanish firms held over 40 billion dollars of direct investment in Brazil at the end of 2009.
fact|fdi_stock_usd|SWE-FIN|2008|At the end of 2008 the stock of Swedish direct investment in Finland was $45 billion.
fact|fdi_stock_usd|JPN-THA|2012|Investors from Japan had $35bn of direct investment in Thailand at the end of 2012.
fact|alliance_defence|FRA-POL|2012|France and Poland were bound to defend each other in 2012.
fact|alliance_defence|SWE-NOR|2010|No pact obliged Sweden to defend Norway in 2010.
fact|alliance_defence|CHN-VNM|2014|China and Vietnam have no defence pact.
fact|alliance_defence|ARM-RUS|2014|Armenia and Russia are bound by treaty to defend each other.
fact|alliance_defence|CAN-GBR|1960|In 1960 Canada and Britain were allied by treaty.
fact|alliance_defence|IND-PAK|2014|Neither state is obliged to defend the other: India and Pakistan have no defence treaty.
fact|alliance_defence|USA-CAN|1975-2014|For forty years Canada and the United States have been bound to mutual defence.
fact|joint_vetoes|RUS-CHN|2012|Russia and China vetoed together two drafts in 2012.
fact|joint_vetoes|USA-GBR|1986|The United States and Britain cast three joint vetoes in 1986.
fact|leader_visits|DEU-FRA|2013-05|The German chancellor's visit to Paris in May 2013 lasted an hour, and Germany was pleased.
fact|leader_meetings|CHN-RUS|2014|The leaders of China and Russia met five times in 2014.
fact|settlement_share_national|CHN-RUS|2014|In 2014 seven percent of the trade of China and Russia was settled in roubles and yuan.
fact|tourists_stated|CHN-RUS|2014|In 2014 Russia received 410,000 tourists from China.
fact|vote_agreement|MLI-SEN|1980-1989|In the 1980s Mali and Senegal agreed on 95 percent of votes.
fact|vote_agreement|NLD-BEL|2005-2010|From 2005 to 2010 Belgium and the Netherlands voted alike on more than 95 percent of resolutions every year.
trend|trade_total_usd|CHN-ZMB|2000-2010|Trade between China and Zambia grew tenfold between 2000 and 2010.
trend|trade_total_usd|ARG-CHL|2005-2012|Between 2005 and 2012 trade between Argentina and Chile rose from 5.1 to 6 billion dollars.
trend|trade_total_usd|HUN-ROU|2008-2009|In 2009 trade between Hungary and Romania fell by a third.
trend|trade_total_usd|EGY-SDN|2000-2014|Trade between Egypt and Sudan has more than doubled since 2000.
trend|trade_total_usd|IND-NPL|2013-2014|Last year trade between India and Nepal rose 6 percent to 5 billion dollars.
trend|trade_total_usd|TUR-ISR|2011|Trade of Turkey and Israel peaked at $4.4 billion in 2011.
trend|exports_usd|PER-CHN|2005-2012|Peruvian exports to China quadrupled between 2005 and 2012.
trend|imports_usd|JPN-IDN|2012-2013|Japan's imports from Indonesia slipped in 2013 to $29 billion.
trend|exports_usd|DNK-NOR|2000-2010|From 2000 to 2010 Danish sales to Norway climbed from 2.8 billion to 6 billion dollars.
trend|trade_share|BLR-RUS|2000-2012|Russia's share of the trade of Belarus fell from 58 percent in 2000 to 47 percent in 2012.
trend|trade_share|NZL-AUS|1990-2010|Between 1990 and 2010 Australia's share in New Zealand's trade rose by 4 points.
trend|vote_agreement|ESP-PRT|1990-2010|Agreement between Spain and Portugal in the Assembly rose from 85 percent in 1990 to 97 percent in 2010.
trend|vote_agreement|USA-TUR|2000-2014|Since 2000 agreement between Turkey and the United States has fallen.
trend|vote_agreement|KEN-TZA|2012-2013|In 2013 agreement between Kenya and Tanzania slipped to 90 percent.
trend|shared_igos|EST-LVA|1995-2010|Shared memberships of Estonia and Latvia rose from 20 in 1995 to 60 in 2010.
trend|coauthored_works|POL-UKR|2005-2012|Joint papers of Polish and Ukrainian scientists doubled between 2005 and 2012.
trend|coauthored_works|IRL-GBR|2000-2014|Since 2000 the number of papers by Irish and British scientists together has tripled: joint papers rose.
trend|migrant_stock|ROU-ITA|2000-2010|The number of people born in Romania and living in Italy rose from 70,000 in 2000 to 850,000 in 2010.
trend|migrant_stock|FIN-SWE|1990-2010|Finnish migrants in Sweden: down from 220,000 in 1990 to 170,000 in 2010
trend|fdi_stock_usd|USA-MEX|2005-2010|American direct investment in Mexico grew by 20 percent from 2005 to 2010.
trend|trade_total_usd|GRC-BGR|2013-2014|Trade between Greece and Bulgaria stagnated in 2014 at 4 billion dollars.
trend|trade_total_usd|UKR-RUS|2011-2014|Trade between Ukraine and Russia has fallen every year since 2011.
trend|trade_total_usd|JOR-SYR|2010-2013|Trade between Syria and Jordan has not doubled between 2010 and 2013.
comparison|exports_usd|CHL-BRA;PER-BRA|2012|Chile sold more to Brazil than Peru did in 2012.
comparison|exports_usd|AUS-CHN;AUS-JPN|2013|In 2013 Australia sold more to China than to Japan.
comparison|exports_usd|DEU-POL;POL-DEU|2010|German exports to Poland were twice the Polish ones in 2010.
comparison|imports_usd|GBR-IRL;FRA-IRL|2011|Britain bought more from Ireland than France did in 2011.
comparison|trade_share|URY-BRA|2012|Brazil was Uruguay's largest trading partner in 2012.
comparison|trade_share|VNM-CHN|2010|China was Vietnam's first trading partner in 2010.
comparison|trade_share|EGY-ITA|2008|Italy was the third-largest trading partner of Egypt in 2008.
comparison|trade_share|IRL-GBR|2014|Britain remains Ireland's second trade partner.
comparison|trade_share|KAZ-RUS|2014|Russia is by far the largest trading partner of Kazakhstan.
comparison|exports_usd|AUT-ITA|2013|Italy was Austria's second largest export market in 2013.
comparison|exports_usd|CZE-SVK|2012|Slovakia is in the Czech Republic's top ten export partners in 2012.
comparison|exports_usd|HUN-DEU|2012|Germany is the largest market for Hungarian goods in 2012.
comparison|imports_usd|NZL-CHN|2012|China was New Zealand's largest supplier in 2012.
comparison|imports_usd|PER-CHL|2010|Chile was one of the ten largest suppliers of Peru in 2010.
forecast|trade_total_usd|LAO-THA|2020|Laos and Thailand target $10 billion trade by 2020.
opinion||||The rise of Bulgaria as a trading partner blunts one of the biggest arguments of the lobby in Austria.
opinion||||On raising trade with Bolivia to $5 billion, they asked for plans.
comparison|trade_share|SVN-DEU|2013|In 2013 Germany ranked first among Slovenia's trading partners.
comparison|coauthored_works|MEX-USA;MEX-ESP|2012|Mexico wrote more papers with the United States than with Spain in 2012.
comparison|coauthored_works|NOR-SWE|2013|No country wrote more papers with Norway than Sweden did in 2013.
comparison|coauthored_works|BEL-NLD|2000-2012|In 2012 Belgian and Dutch researchers wrote three times as many joint papers as in 2000.
comparison|vote_agreement|CAN-USA;GBR-USA|2012|Canada voted with the United States more often than Britain did in 2012.
comparison|vote_agreement|IND-BRA;IND-USA|2010|In 2010 India agreed with Brazil more often than with the United States.
comparison|migrant_stock|MAR-FRA;MAR-ESP|2005|In 2005 more people born in Morocco lived in France than in Spain.
comparison|migrant_stock|IND-ARE|1990-2010|In 2010 five times as many people born in India lived in the United Arab Emirates as in 1990.
comparison|trade_total_usd|COL-ECU|2000-2010|In 2010 trade between Colombia and Ecuador was four times the figure of 2000.
comparison|shared_igos|CHL-ARG|1990-2010|In 2010 Chile and Argentina shared 90 international organisations, ten more than in 1990.
comparison|fdi_stock_usd|FRA-DEU;FRA-ITA|2009|In 2009 French direct investment in Germany was larger than in Italy.
comparison|students|CHN-JPN;KOR-JPN|2014|More students from China than from South Korea were enrolled in Japan in 2014.
forecast|trade_total_usd|IND-ZAF|2018|Trade between India and South Africa will reach 15 billion dollars by 2018.
forecast|trade_total_usd|CHN-PAK|2014-2019|China and Pakistan plan to double their trade before 2020.
forecast|trade_total_usd|BRA-CHN|2025|Within a decade trade between Brazil and China will pass $100 billion.
forecast|vote_agreement|FRA-GBR|2016|Next year France and Britain will vote alike on more than nine resolutions in ten.
forecast|vote_agreement|JPN-USA|2015|We expect agreement between Japan and the United States in the Assembly to fall below 70 percent this year.
forecast|coauthored_works|IND-DEU|2020|By 2020 Indian and German scientists will write five thousand papers a year together.
forecast|exports_usd|NZL-CHN|2014-2020|New Zealand's exports to China are set to double by 2020.
forecast|exports_usd|KOR-VNM|2016|South Korean exports to Vietnam may exceed 30 billion dollars next year.
forecast|trade_share|SRB-DEU|2020|By 2020 Germany is likely to account for a fifth of Serbia's trade.
forecast|trade_total_usd|RUS-TUR|2020|Moscow and Ankara promised to raise trade to $100 billion by 2020.
forecast|||2031|Fares will fall by 2031.
recommendation||||Bolivia and Chile should publish their tariff lists.
recommendation||||The ministers must not wait.
recommendation||||Let us reopen the embassy.
recommendation||||It is time to lower the tariff.
recommendation||||Publish the minutes of the joint commission.
recommendation||||Neither side ought to forget the treaty.
recommendation||||Do not count on it.
recommendation||||We recommend that both parliaments ratify the treaty.
recommendation||||The time has come for a new treaty.
definition||||By a partner we mean a state that answers letters.
definition||||In this paper, trade is defined as the sum of exports and imports.
definition||||Neighbourliness means that no one counts the favours.
definition||||We call a state friendly when it returns calls.
definition||||What we call solidarity is a vote cast against interest.
cause||||Exports fell because of the strike.
cause||||The drought led to a fall in Kenyan exports to Uganda.
cause||||Thanks to the bridge, trade between Spain and Portugal rose.
cause||||Farmers blamed the tariff for the slump.
cause||||The strike cut exports.
cause||||Lower tariffs explain the rise after 2004.
cause||||Trade grew on the back of cheap credit.
cause||||The boom was driven by copper prices.
opinion||||The alliance is a habit.
opinion||||Friendship between the two is a long conversation.
opinion||||The treaty has lost its teeth.
opinion||||Nobody understands these figures.
opinion||||Is trade between Peru and Chile worth the trouble?
opinion||||Both capitals prefer silence.
fact||||Rail traffic between Spain and France came to 4 million tonnes in 2012.
trend||||Remittances from Spain to Ecuador fell by 12 percent in 2012.
fact||||Deputies called on the government to publish the treaty.
trend|oil_gas_exports_usd|AGO-CHN|2011-2012|Oil exports of Angola to China rose by 9 percent in 2012.
fact|exports_usd|ESP-PRT|2011|Spain sold Portugal $23 billion of goods in 2011 // and bought $14 billion.
trend|trade_total_usd|ROU-MDA|2005-2012|Trade between Romania and Moldova tripled from 2005 to 2012, // when it peaked at $1.9 billion.
fact|coauthored_works|KOR-USA|2012|In 2012 Korean and American authors signed 8,200 joint papers, // twice as many as in 2004.
fact|vote_agreement|DZA-MAR|1990|Algeria and Morocco agreed on 91 percent of votes in 1990; // in 2010 they agreed on 93 percent.
fact|exports_usd|PER-USA|2013|Officials said that Peru sold the United States $7.7 billion of goods in 2013.
fact|exports_usd|PER-USA|2013|According to the ministry, we sold the United States $7.7 billion of goods in 2013.
fact|trade_total_usd|PER-ECU|2012|Peru and Ecuador exchanged, a newspaper writes, 3 billion dollars of goods in 2012.
fact|exports_usd|PER-CHN|2014|Our exports to China were worth 7 billion dollars last year.
fact|trade_share|PER-CHN|2014|China took part in a fifth of this country's trade last year.
fact|trade_total_usd|DEU-JPN|2013|In 2013 Berlin and Tokyo exchanged 40 billion dollars of goods.
fact|trade_total_usd|BOL-ARG|2005|A decade ago Bolivia and Argentina exchanged $600 million of goods.
fact|shared_igos|CUB-VEN|2010|It is not true that Cuba and Venezuela shared fewer than 40 international organisations in 2010.
"""
