internal import Kernel

/// Code lists of the kernel's records (missions.md 3 and 16).
enum CodeLists {
    static let practice = CodeList(
        "PRACTICE_STATUS",
        [
            ("LIBERAL", "Libéral"), ("SALARIED", "Salarié"), ("MIXED", "Mixte"), ("SUBSTITUTE", "Remplaçant"), ("STUDENT", "En formation"),
            ("VOLUNTEER", "Bénévole"),
        ])

    static let mspStatus = CodeList(
        "MSP_STATUS",
        [
            ("PROJECT", "En projet"), ("VALIDATED", "Projet de santé validé"), ("RUNNING_NO_ACI", "En fonctionnement, sans ACI"),
            ("ACI_SIGNED", "ACI signé"), ("SUSPENDED", "Suspendue"), ("CLOSED", "Fermée"),
        ])

    static let structureKind = CodeList(
        "STRUCTURE_KIND",
        [
            ("SINGLE_SITE", "Un seul site"), ("MULTI_SITE", "Plusieurs sites"), ("WITHOUT_WALLS", "Hors les murs"),
            ("ESP", "Équipe de soins primaires"),
        ])

    static let zone = CodeList(
        "ZONE",
        [
            ("ZIP", "Zone d’intervention prioritaire"), ("ZAC", "Zone d’action complémentaire"), ("ZV", "Zone de vigilance"),
            ("OTHER", "Hors zonage"),
        ])
}
