"""GET /metrics: the counters, for Prometheus."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from chatbot.server.services import Serving

router = APIRouter()


@router.get("/metrics")
async def metrics(services: Serving) -> Response:
    """Answer in Prometheus' text format."""
    return Response(services.metrics.page(), headers={"Content-Type": CONTENT_TYPE_LATEST})
