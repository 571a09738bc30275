internal import HTML
internal import Kernel
internal import KernelUI

/// The three columns of « Aujourd’hui ».
enum TodayDrawing {
    static func columns(_ lines: [TodayRoutes.Line], showsMsp: Bool, today: CivilDate, on h: HTMLWriter) {
        h.div(.class("today")) {
            column(.late, title: "En retard", style: "late", none: "Rien n’est en retard.", lines, showsMsp, today, h)
            column(
                .next, title: "Quatorze prochains jours", style: "next", none: "Rien n’est prévu d’ici quatorze jours.", lines, showsMsp,
                today, h)
            column(.missing, title: "À compléter", style: "missing", none: "Rien ne manque.", lines, showsMsp, today, h)
        }
    }

    private static func column(
        _ column: TodayItem.Column, title: String, style: String, none: String, _ lines: [TodayRoutes.Line], _ showsMsp: Bool,
        _ today: CivilDate, _ h: HTMLWriter
    ) {
        let own = lines.filter { $0.item.column == column }
            .sorted { ($0.item.day, $0.item.title, $0.item.href) < ($1.item.day, $1.item.title, $1.item.href) }
        h.section(.class("today__column today__column--\(style)"), .aria(.labelledby, "colonne-\(style)")) {
            h.h2(.id("colonne-\(style)")) {
                h.text(title)
                if !own.isEmpty { h.count(own.count) }
            }
            if own.isEmpty {
                h.p(.class("today__none"), text: none)
            } else {
                h.ul(.role("list")) { for line in own.prefix(TodayRoutes.linesPerColumn) { self.line(line, showsMsp, today, h) } }
                let rest = own.count - TodayRoutes.linesPerColumn
                if rest > 0 { h.p(.class("today__none"), text: rest > 1 ? "et \(rest) autres" : "et un autre") }
            }
        }
    }

    private static func line(_ line: TodayRoutes.Line, _ showsMsp: Bool, _ today: CivilDate, _ h: HTMLWriter) {
        let item = line.item
        h.li(.class("today__item")) {
            h.a(.href(item.href), text: item.title)
            let who = [item.detail, showsMsp ? line.msp.name : ""].filter { !$0.isEmpty }.joined(separator: " · ")
            h.span(.class("today__who"), text: who)
            h.span(.class("today__when")) {
                h.strong(text: French.dayAndMonth(item.day))
                h.text(distance(from: today, to: item.day))
            }
        }
    }

    /// How far a day is, as a complement to its date.
    static func distance(from today: CivilDate, to day: CivilDate) -> String {
        switch day.daysSinceEpoch - today.daysSinceEpoch {
        case 0: "aujourd’hui"
        case 1: "demain"
        case -1: "hier"
        case let days where days > 0: "dans \(days) jours"
        case let days: "il y a \(-days) jours"
        }
    }

    /// Federations and authorities of the person, one tap away.
    static func above(_ person: Person, on h: HTMLWriter) {
        let others = person.organisations.filter { person.above($0.slug) != nil }
        guard !others.isEmpty else { return }
        h.nav(.class("row"), .aria(.label, "Fédérations")) {
            for organisation in others { h.linkButton(organisation.name, href: organisation.href) }
        }
    }

    /// - Parameter days: how many are left before the way in leads through the set-up.
    static func factorWanted(days: Int) -> String {
        let left =
            switch days {
            case 0: "Elle sera demandée à votre prochaine connexion."
            case 1: "Il vous reste un jour."
            default: "Il vous reste \(days) jours."
            }
        return "Votre rôle demande la double authentification. \(left)"
    }

    static func secondFactorReminder(days: Int, on h: HTMLWriter) {
        h.message(tone: .warn) {
            h.text("\(factorWanted(days: days)) ")
            h.a(.href("/compte/second-facteur"), text: "Activez la double authentification")
        }
    }

    static func nobody(on h: HTMLWriter) {
        h.empty(
            "Votre compte n’est rattaché à aucune structure aujourd’hui. Adressez-vous à la coordination de votre équipe.", icon: .people)
    }
}
