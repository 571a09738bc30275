internal import Kernel

/// Code lists of the kernel's records (missions.md 3 and 16).
enum CodeLists {
    static let profession = CodeList(
        "PROFESSION",
        [
            ("GP", "Médecin généraliste"), ("SPECIALIST", "Médecin spécialiste"), ("PHARMACIST", "Pharmacien·ne"),
            ("DENTIST", "Chirurgien·ne-dentiste"), ("MIDWIFE", "Sage-femme"), ("NURSE", "Infirmier·ère"),
            ("IPA", "Infirmier·ère en pratique avancée"), ("NURSE_ASALEE", "Infirmier·ère Asalée"),
            ("PHYSIO", "Masseur·se-kinésithérapeute"),
            ("PODIATRIST", "Pédicure-podologue"), ("SPEECH", "Orthophoniste"), ("ORTHOPTIST", "Orthoptiste"), ("OT", "Ergothérapeute"),
            ("DIETITIAN", "Diététicien·ne"), ("PSYCHOMOT", "Psychomotricien·ne"), ("OPTICIAN", "Opticien·ne"),
            ("AUDIO", "Audioprothésiste"),
            ("BIOLOGIST", "Biologiste"), ("PHARM_TECH", "Préparateur·rice en pharmacie"), ("PSYCHOLOGIST", "Psychologue"),
            ("OSTEOPATH", "Ostéopathe"), ("APA_TEACHER", "Enseignant·e en activité physique adaptée"),
            ("SOCIAL_WORKER", "Assistant·e de service social"), ("MEDIATOR", "Médiateur·rice en santé"),
            ("MEDICAL_ASSISTANT", "Assistant·e médical·e"), ("SECRETARY", "Secrétaire"), ("COORDINATOR", "Coordinateur·rice"),
            ("INTERN", "Interne"), ("STUDENT", "Étudiant·e"), ("OTHER", "Autre"),
        ])

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
