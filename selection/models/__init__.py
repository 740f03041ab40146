from selection.models.candidates import Candidate, Declaration
from selection.models.procedures import PanelMember, Procedure, ProcedureVersion
from selection.models.sheets import Answer, Sheet

__all__ = ["Answer", "Candidate", "Declaration", "PanelMember", "Procedure", "ProcedureVersion", "Sheet"]
