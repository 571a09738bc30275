import HTML
import Kernel

extension Gallery {
    /// A list with everything around it.
    func lists(_ h: HTMLWriter) {
        h.filters(action: action, search: "port") {
            h.selectField(
                Field("Statut", name: "state", id: "gallery-filter"), options: [FieldOption("OPEN", "Ouvert")], value: "OPEN", none: "Tous")
        }
        h.filterTags([FilterTag("Statut : Ouvert", removeHref: action)], clearHref: action)
        h.postForm(action: action, csrf: csrf, guarded: false, changes: false, classes: "") {
            h.table(
                "Exemples", columns: columns, selection: TableSelection(),
                totals: ["Total des 2 lignes", "", "11\u{202F}987,50\u{A0}€", ""]
            ) { table in
                for (name, state, cents) in [("Convention avec l’hôpital", "En cours", 1_198_750), ("Bail du local", "", 0)] {
                    table.row(id: name, name: name, isChosen: cents > 0) { row in
                        row.title(name, href: action)
                        row.cell(state)
                        row.cell { h.amount(cents: cents) }
                        row.cell { h.button("Retirer", kind: .quiet, type: .button, size: .small) }
                    }
                }
            }
            h.bulkBar { h.bulkButton("Archiver", action: action, kind: .quiet) }
        }
        h.table("Tableau serré", columns: [TableColumn("Acte"), TableColumn("Points", .number)], showsCaption: true, isDense: true) {
            table in
            table.row { row in
                row.title("Concertation")
                row.cell("12,5")
            }
        }
        h.pager(
            Pager(
                position: Pager.position(first: 26, last: 50, total: 238), previousHref: action, nextHref: action,
                pages: [("1", action, false), ("2", nil, true), ("…", nil, false), ("10", action, false)]))
    }

    private var columns: [TableColumn] {
        [
            TableColumn("Intitulé", sort: .init(href: action, isAscending: true)), TableColumn("Statut", sort: .init(href: action)),
            TableColumn("Montant", .number), TableColumn("Actes", .actions),
        ]
    }

    /// What was done, what is left, what proves it.
    func progress(_ h: HTMLWriter) {
        h.progress("Pièces du dossier", value: 9, of: 14, words: "9 sur 14", tone: .note)
        h.progress("Délai", value: 14, of: 14, words: "dépassé", tone: .warn)
        h.timeline([
            TimelineEntry(when: "12/03/2026 18:30", "Réunion tenue", tone: .done),
            TimelineEntry(when: "14/03/2026 09:05", "Compte-rendu publié", tone: .note, isCurrent: true) { h in
                h.p(.class("soft"), text: "Claire Morvan, à l’écran")
            },
        ])
        h.seal(date: "14/03/2026 09:05", digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", href: action)
        h.unsealed("Pas encore scellé")
        h.qr("https://exemple.fr/galerie", label: "Code de la galerie")
    }

    /// Figures, each with its table.
    func charts(_ h: HTMLWriter) {
        h.barChart(
            "Réunions par mois",
            bars: [
                ChartBar("janv.", value: 3, text: "3"), ChartBar("févr.", value: 5, text: "5"),
                ChartBar("mars", value: 1, text: "1", warns: true),
            ], unit: "réunions", note: "Trois par mois sont attendues.")
        h.stackedBar(
            "Présences",
            parts: [
                BarPart("Présents", value: 12, text: "12"), BarPart("Excusés", value: 2, text: "2"),
                BarPart("Absents", value: 1, text: "1"),
            ])
        h.yearChart(
            "Points obtenus",
            points: [
                YearChartPoint("janv.", value: 100, text: "100"), YearChartPoint("févr.", value: 240, text: "240"),
                YearChartPoint("mars", value: 420, text: "420"),
            ],
            months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."], unit: "points",
            goal: YearChartPoint("Possible", value: 1_800, text: "1\u{202F}800"),
            expected: YearChartPoint("À ce rythme", value: 1_600, text: "1\u{202F}600"))
    }

    /// What a document of any module is made of, as the screen shows it.
    func documents(_ h: HTMLWriter) {
        h.article(.class("card")) {
            h.paper(
                PaperContent(
                    subject: "Réunion du 12 mars 2026", draft: "Feuille de travail",
                    [
                        .facts([("Lieu", "Salle bleue"), ("Durée", "1 h 15"), ("Sans valeur", nil)]), .text("Une ligne par personne."),
                        .section(
                            "Personnes",
                            [
                                .table(
                                    PaperTable(
                                        "Personnes", ["Nom", .number("Minutes")], [["Claire Morvan", "75"]], totals: ["Total", "75"])),
                                .list(["Un excusé"]),
                            ]), .note(label: "Décision", "Le protocole est adopté."),
                        .signatures(["Pour la coordination", "Pour la gérance"]),
                    ]))
        }
    }
}
