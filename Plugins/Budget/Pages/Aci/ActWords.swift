import Kernel

extension NextAct {
    /// The act in French: « un protocole pluriprofessionnel de plus ».
    var words: String {
        switch act {
        case .weekdayHours(let hours): "Ouvrir \(French.number(hours)) heures par jour en semaine"
        case .fact(let fact, let more):
            switch fact.shape {
            case .count: "\(more) de plus\u{A0}: \(fact.label)"
            case .flag: fact.label.firstCapital
            case .level: "\(fact.label.firstCapital)\u{A0}: un niveau de plus"
            case .choice: "\(fact.label.firstCapital)\u{A0}: un pas de plus"
            }
        }
    }

    /// The fact that a person may note with one form; nil when the house counts it by itself or it is a parameter of the year.
    var achievable: Fact? {
        if case .fact(let fact, _) = act, AchievementRecord.facts.contains(fact) { fact } else { nil }
    }
}
