"""Where the conversion to simplified script looks beyond a character.

OpenCC converts the longest phrase that it knows, else the character. Most phrases become what their characters become;
of the others, each holds one of these pairs. A text without any of them is converted character by character.
"""

_ALL = (
    "一坏七逕上逕上鍊么麼么麽九逕乾佑乾元乾卦乾嘉乾圖乾坤乾宅乾安乾州乾斷乾旦乾曜乾清乾盛乾綱乾縣乾象乾造乾道乾闥"
    "乾陵乾隆二噁傢俱允祕八濛凌藉函覆剋架剋毒千鍾南氾南逕反覆名覆吳祕哪吒回覆土坏坏土坏子坏布坏戶墨沈多蒐子乾尼乾"
    "年釐幺麼康乾張昇彥昇彷彿復甦徵弦徵絃徵羽徵聲徵調徵音志昇憑藉懷釐戟沈手鍊打坏扞格批覆拉坏拉鍊拜覆挨剋捏坏擊沈"
    "於世於乎於仲於倫於其於則於勇於呼於單於坦於崇於忠於惟於戲於敖於梨於清於潛於琳於穆於竹於菟於邑於陵旋乾明瞭明覆"
    "昏沈春蒐春釐暗沈朝乾木吒李乾李昇李祕李鍊李鍾束脩東氾梁昇樊於段脩毛坏氣沈水逕氾勝氾南氾國氾水沈下沈不沈住沈冤"
    "沈厚沈吟沈寂沈得沈思沈悶沈沒沈浮沈浸沈淪沈湎沈溺沈滯沈澱沈濁沈甸沈痛沈痼沈痾沈睡沈砂沈積沈筒沈船沈落沈迷沈醉"
    "沈重沈降沈陷沈靜沈香沈鬱沈魚沈默沙逕河逕法乾流徵浮沈海哩消沈深沈溫昇滑藉澤鉅烏昇烏沈烏逕狐藉甚鉅甦生甦醒申昇"
    "申覆畢昇目乾目劄瞭如瞭然瞭若瞭解石逕磚坏示覆社逕祕丕祕彭祕瓊祝釐稟覆章鉅竺乾答覆篤麼籌畫素藉耳沈聯陞肉脩育昇"
    "胤昇胤祕脩敬脩炳脩脡脩脯脩金脫坏腶脩英哩茅蒐茵藉萬鍾蒐于蒐於蒐狩蒐獮蒐獵蒐田蒐畋蒐苗蒜薹蔣昇蕓薹蕭乾藉代藉以"
    "藉助藉卉藉口藉喻藉寇藉手藉據藉故藉方藉條藉槁藉機藉此藉甚藉由藉着藉端藉箸藉草藉詞藉讀藉資衹得衹見袁祕袷袢製坏"
    "覆信覆呈覆命覆墓覆帳覆按覆文覆校覆電見覆角徵計畫變徵谿工象昇貲計躪藉載沈辛祕逆釐逕口逕聯逕頭醞藉重覆金吒金昇"
    "金鍊釜沈鈞覆鉅子鉅萬鉅防鉸鍊銀鍊鋼坏錢鍾鍊墜鍊子鍊形鍊條鍊錘鍊鎖鍛鍾鍾繇鍾萬鍾重鍾鍛鍾馗鎖鍊鐵鍊鑿坏門瞭陰沈"
    "陳昇陶坏雁沈電覆韓昇項鍊頸鍊顛乾顧藉魏徵魚沈鶴昇麪坏麼些黃鍾黑沈龔昇"
)
PAIRS = frozenset(left + right for left, right in zip(_ALL[::2], _ALL[1::2], strict=True))
"""Two characters of every phrase of OpenCC 1.4.2 (TSPhrases) that does not become what its characters become."""
