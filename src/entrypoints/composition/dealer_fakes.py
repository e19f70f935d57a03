"""Fakes of what the directory of dealers asks of others."""

from dishka import Provider, Scope, provide

from adapters.memory.documents import MemoryDocuments
from adapters.memory.point_catalogue import MemoryPointCatalogue
from application.connections.document_ports import Documents
from application.dealers.import_ports import PointCatalogue


class DealerVendorFakes(Provider):
    """Over the accounts of the one MemoryDocuments."""

    scope = Scope.APP

    @provide
    def catalogue(self, documents: Documents) -> PointCatalogue:
        if not isinstance(documents, MemoryDocuments):
            raise TypeError("the fakes stand over fakes")
        return MemoryPointCatalogue(documents)
